import { useSession } from '@/stores/session'

/** Whether this person may send pages to customers, and take the links back. Nobody fills in a link, so it is no form's right. */
export function maySend(): boolean {
  return useSession().meta?.user.permissions?.includes('share.link:revoke') ?? false
}
