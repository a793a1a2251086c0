import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { ApiError, setClient } from '@/api/client'
import { companyBase } from '@/lib/base'
import { useSession } from '@/stores/session'

const routes: RouteRecordRaw[] = [
  { path: '/setup', component: () => import('./pages/SetupPage.vue'), meta: { open: true } },
  { path: '/print/:resource', component: () => import('./pages/PrintPage.vue'), props: true },
  { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { open: true } },
  {
    path: '/',
    component: () => import('./components/AppShell.vue'),
    children: [
      { path: '', component: () => import('./pages/HomePage.vue') },
      { path: 'r/:resource', component: () => import('./pages/ListPage.vue'), props: true },
      {
        path: 'r/:resource(approval\\.flow)/:id',
        component: () => import('./pages/FlowPage.vue'),
        props: true,
      },
      {
        path: 'r/:resource(approval\\.request)/:id',
        component: () => import('./pages/RequestPage.vue'),
        props: true,
      },
      { path: 'r/:resource/:id', component: () => import('./pages/RecordPage.vue'), props: true },
      { path: 'report/:name(settlement\\.statement_of_account)', component: () => import('./pages/StatementPage.vue') },
      { path: 'price-list', component: () => import('./pages/PriceListPage.vue') },
      { path: 'report/:name', component: () => import('./pages/ReportPage.vue'), props: true },
      { path: 'sheets', component: () => import('./pages/SheetsPage.vue') },
      { path: 'cockpit', component: () => import('./pages/CockpitPage.vue') },
      { path: 'bring', component: () => import('./pages/BringPage.vue') },
      { path: 'warehouse/picking', component: () => import('./pages/PickingPage.vue') },
      { path: 'warehouse/:side(out|in)', component: () => import('./pages/WarehousePage.vue'), props: true },
      { path: 'inbox', component: () => import('./pages/InboxPage.vue') },
      { path: 'calendar', component: () => import('./pages/CalendarPage.vue') },
      { path: 'notices', component: () => import('./pages/NoticesPage.vue') },
      { path: 'create', component: () => import('./pages/CreatePage.vue') },
      { path: 'query', component: () => import('./pages/QueryPage.vue') },
      { path: 'settings', component: () => import('./pages/SettingsPage.vue') },
      { path: 'settings/network', component: () => import('./pages/NetworkPage.vue') },
      { path: 'settings/print', component: () => import('./pages/DesignPage.vue') },
      { path: 'settings/printers', component: () => import('./pages/PrintersPage.vue') },
      { path: 'printing', component: () => import('./pages/PrintingPage.vue') },
      { path: 'operations', component: () => import('./pages/OperationsPage.vue') },
      { path: 'intake', component: () => import('./pages/IntakePage.vue') },
      { path: 'imports', component: () => import('./pages/ImportsPage.vue') },
      { path: 'jobs', component: () => import('./pages/JobsPage.vue') },
      { path: 'security', component: () => import('./pages/SecurityPage.vue') },
      { path: 'me', component: () => import('./pages/MePage.vue') },
      { path: ':rest(.*)*', component: () => import('./pages/NotFoundPage.vue') },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(`${companyBase}/`),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  const store = useSession()
  let session
  try {
    session = await store.load()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return to.path === '/login' ? true : { path: '/login', query: { next: to.fullPath } }
  }
  if (session.setup_needed) return to.path === '/setup' ? true : '/setup'
  if (to.path === '/setup') return '/'
  if (!session.user) return to.path === '/login' ? true : { path: '/login', query: { next: to.fullPath } }
  if (to.path === '/login') return '/'
  await store.loadMeta()
  return true
})

setClient({
  unauthorised: () => {
    useSession().forget()
    const now = router.currentRoute.value
    if (now.path !== '/login') void router.replace({ path: '/login', query: { next: now.fullPath } })
  },
})
