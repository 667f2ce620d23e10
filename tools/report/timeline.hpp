#pragma once
#include <string>
#include <vector>

#include "opsim/journal/journal.hpp"
#include "tools/report/ink.hpp"

namespace opsim::report {

/// The journal as a person reads it aloud: one line a happening, its place in the user's files at
/// the right. Calls that went well, events that nothing took and the like are left out.
std::string timeline_text(const Journal& journal, SimTime start, const Ink& ink);

/// The entries of that timeline, in order; what is said every few minutes is told once.
std::vector<const JournalEntry*> timeline_entries(const Journal& journal);

/// One entry without its time and word: "disk-WebFleet: 2 of 2 datapoints above 90".
std::string entry_text(const JournalEntry& entry);
/// The word of the second column: "fault", "ALARM", "runbook".
std::string entry_word(const JournalEntry& entry);

/// `left` and `right` on a line of 100 columns; what is too long goes on, indented by `indent`.
std::string two_sided(std::string_view left, std::string_view right, std::size_t indent);
/// How many columns a UTF-8 text takes, colour codes apart.
std::size_t columns(std::string_view text);

}  // namespace opsim::report
