import { useSession } from '@/stores/session'

export const paysOut = (sheet: string) => /receipt|purchase_return/.test(sheet)

/** Whether this person may post the money that changes hands with a sheet of a kind. */
export function mayTake(sheet: string): boolean {
  const store = useSession()
  const purse = paysOut(sheet) ? 'settlement.payment' : 'settlement.receipt'
  return store.can(purse, 'create') && (store.resource(purse)?.actions ?? []).some((one) => one.name === 'post')
}
