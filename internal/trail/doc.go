// Package trail turns AWS CloudTrail records, from any container they are met
// in, into a [Usage]: who called what, from where, when, with which credential,
// and which consumer that is.
//
// # What it promises
//
//   - Every record that could be read is counted exactly once, or named as a
//     duplicate. Items read = records + the kinds set apart + items rejected;
//     see [Coverage.Balanced].
//   - A damaged file costs what is damaged. Records before (and, where the
//     container allows it, after) the fault are kept, and the fault is reported
//     with path and offset.
//   - The result depends on the bytes read, not on file order, names, or the
//     number of workers.
//   - What the log cannot show is stated: [Coverage.Blind] is part of the answer.
//   - Memory while reading is bounded by one record per worker, not by file
//     size. The log itself keeps about 300 bytes per unique record (a million
//     records is about 0.3 GB); request and response bodies are not kept, so
//     neither are the session tokens some of them carry.
//
// # What it refuses
//
//   - It never calls AWS and never sleeps. Event history arrives through
//     [EventHistory], the clock through [Selector], the pace through [Pacer].
//   - It never infers that a principal is benign from its user agent, which the
//     caller chooses freely.
//   - It never reads "no record" as "no call": calls signed with a deactivated
//     key leave no record at all.
//   - It holds no opinion about log integrity: digest files are counted, their
//     signatures are not checked here.
package trail
