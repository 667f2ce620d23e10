#pragma once
#include <iosfwd>
#include <span>
#include <string_view>

namespace opsim::cli {

/// opsim match --pattern FILE --event FILE      says whether, and field by field why
/// opsim match --batch FILE.jsonl               one answer a line; "-" is standard input
/// Exit status: 0 it could answer, 2 the input is wrong.
int match_main(std::span<const std::string_view> args, std::istream& in, std::ostream& out,
               std::ostream& err);

/// opsim bench match --rules FILE --events FILE [--out FILE]
/// Prints `events_per_second <n>`; writes the names of the matching rules, a line for each event.
int bench_match(std::span<const std::string_view> args, std::ostream& out, std::ostream& err);

}  // namespace opsim::cli
