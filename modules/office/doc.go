// Package office holds the papers of the people who work here: expense claims, advances of money, leave, and requests
// that need no form of their own.
//
//	draft ──post──▶ posted ──(all is paid)──▶ paid              claim; unpost leads back to draft from both
//	draft ──post──▶ posted ⟲ repay ──(nothing is left)──▶ closed   advance; unpost leads back to draft from both
//	draft ──post──▶ posted                                      leave; void also once it is posted
//	draft ──post──▶ posted ──close──▶ closed                    request; void also once it is posted
//	open ──start, report──▶ doing ──finish──▶ done              task; finish and cancel lead away from open too, reopen leads
//	                          │                                 back to open from everywhere, and move to wherever a card is put
//	                          └──cancel──▶ cancelled
//	draft ⟲ fill ──submit──▶ submitted ──take_back──▶ draft     work log
//	draft ──publish──▶ published ⟲ mark_read ──(its last day is past)──▶ expired   announcement; withdraw from published
//	  │ ▲
//	hold, release: waiting for approval; void from draft and waiting
//
// Invariants
//  1. Who may see a paper: the person it is about and the departments above.
//  2. A tax invoice is claimed once in the company, as long as its claim is not void: whoever comes second is told number
//     and person of the first. The table office_claim_invoice holds the numbers of all claims that are not void.
//  3. Payable = Total − Offset of a claim, and Offset is never more than its total or than the person has open in advances.
//  4. Open = Amount − Returned of an advance that is posted, 0 before.
//  5. Two leaves of one person that are not void never share half a day.
//
// Of tasks, work logs and the calendar
//   - A task is changed, cancelled and deleted by who gave it or who leads the assignee's department. The assignee and the
//     collaborators see it, report and finish it; only the assignee hands it on.
//   - DoneAt is the day on which a task that is done was finished, and empty otherwise.
//   - A work log is written by its person alone, one for each day and each week (which stands on its Monday). Its department
//     is empty while it is a draft, so that nobody sees it by leading one.
//   - What a log has on record comes from the audit: of each command the records of the kind that it was given for.
//   - The calendar shows what sources (hook Dates) give as far as its reader may see it; it holds nothing itself.
//
// Of announcements, folders and shared files
//   - An announcement is told once, on the day it begins, to the accounts it is for as things stand then; they see it from
//     then on, until it is withdrawn. Told and Seen are counts of office_announcement_reader.
//   - The path of a folder is its name behind those of the folders above; no two are the same.
//   - Each attachment of a shared file is one of its versions, numbered from 1, and none is taken away. That a file is open
//     to everybody lets nobody change it.
//
// What a claim or an advance does to debts, money and books is up to whoever listens (bridge claims): Paid, Handed and
// Returned are written by it. Days of leave leave out what the company does not work on: by the week
// (setting office.work_days), legal holidays and the working days that make up for them by office.holiday, whose lines
// never share a day.
//
// Tables: office_expense_category, office_claim with office_claim_line, office_claim_invoice, office_advance, office_leave,
// office_request_kind, office_request, office_holiday,
// office_announcement with office_announcement_department, office_announcement_user and office_announcement_reader,
// office_folder, office_shared_file with office_shared_file_version, office_task with office_task_member, office_work_log.
package office
