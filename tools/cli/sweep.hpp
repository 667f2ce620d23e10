#pragma once
#include <vector>

#include "tools/cli/options.hpp"
#include "tools/cli/verb.hpp"
#include "tools/report/study.hpp"

namespace opsim::cli {

/// `opsim sweep PATH`: one choice on many seeds.
int sweep_main(Arguments arguments, Streams& streams);
/// `opsim compare PATH`: several choices on the same seeds.
int compare_main(Arguments arguments, Streams& streams);

/// Each of `choices` on the same seeds, as --seeds, --first-seed and --threads say.
std::vector<report::ChoiceOutcome> sweep_choices(const Scenario& scenario,
                                                 const std::vector<const Choice*>& choices,
                                                 const Options& options, Streams& streams);

}  // namespace opsim::cli
