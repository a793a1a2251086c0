// Short names for the envelopes of the HTTP interface. schema.ts is generated from what the server says of itself;
// records stay generic, for pages are driven by the descriptions in Meta.

import type { components } from './schema'

type Schemas = components['schemas']

export type Kind = Schemas['kind']
export type Field = Schemas['field']
export type Option = Schemas['option']
export type LineSet = Schemas['lines']
export type Action = Schemas['action']
export type Resource = Schemas['resource']
export type Link = Schemas['link']
export type Meta = Schemas['meta']
export type Session = Schemas['session']
/** A record as it travels. Keys beginning with $ are companions made by the server and never sent back. */
export type Rec = Schemas['record']
export type Page = Schemas['page']
export type ProblemItem = Schemas['place']
/** A refusal. A server that was not reached, or another program in between, leaves most of it out. */
export type Problem = Partial<Schemas['problem']> & Pick<Schemas['problem'], 'status'>
export type Fact = Schemas['fact']
export type Preview = Schemas['preview']
export type LookupItem = Schemas['choice']
export type Waiting = Schemas['waiting']
export type TimelineItem = Schemas['event']
export type NoticeItem = Schemas['notice']
export type NoticesPage = Schemas['notices']
export type Related = Schemas['related']
export type ChainItem = Schemas['hop']
export type FileItem = Schemas['attachment']
export type ReportRow = Schemas['row']
export type ReportAnswer = Schemas['report']
export type SearchAnswer = Schemas['search']
export type ListView = Schemas['view']
export type SettingGroup = Schemas['settings.group']
export type Job = Schemas['job']
export type ImportAnswer = Schemas['import']
export type InboxAction = Schemas['inbox.action']
export type InboxItem = Schemas['inbox.item']
