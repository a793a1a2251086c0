// Package bundle makes the file that somebody sends to whoever helps him: how the program does, and nothing of the business.
//
// What goes in is named here, field by field; what is not named stays out. So a new column, setting or log field is out
// until somebody decides otherwise.
//
//	README.txt       what is in it
//	operations.json  the figures of the page: of warnings, jobs and faults only their kinds
//	settings.json    choices from lists and yes or no; of everything else only whether it is filled in
//	schema.json      migrations
//	rows.json        how many rows each table has
//	build.txt        versions of the program's parts
//	goroutines.txt   what the program is doing: functions and lines of source
//	logs/            the newest two log files: time, level, sentence, route, status, duration; of errors only their class
//
// Free text of errors is left out altogether: databases and operating systems quote values and paths in it. Instead the
// class of an error is told, when it is one of those that are known. Messages of the log are constants of the program; one
// that has a digit or a quotation mark in it comes from elsewhere and is left out.
package bundle
