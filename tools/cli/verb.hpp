#pragma once
#include <iosfwd>
#include <span>
#include <string_view>

namespace opsim::cli {

/// Exit statuses, the same for every verb.
enum Exit : int { kGoalsMet = 0, kGoalMissed = 1, kBadInput = 2, kOpsimFailed = 3 };

using Arguments = std::span<const std::string_view>;

/// The streams of a verb: tests give their own.
struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;  // somebody looks at `out`
};

/// One verb of `opsim`. The table in main.cpp is what `opsim help` prints.
struct Verb {
  std::string_view name;
  std::string_view usage;
  std::string_view summary;
  int (*run)(Arguments, Streams&);
};

}  // namespace opsim::cli
