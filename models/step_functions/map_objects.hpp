#pragma once
/// Objects of Amazon S3 that a distributed Map reads its items from and writes its results to.
/// AWS: input-output-itemreader, input-output-resultwriter.
#include <string>
#include <string_view>
#include <vector>

#include "models/step_functions/track.hpp"

namespace opsim::step_functions {

/// The items of ItemReader, or of the fields of a Map without one.
Process<Outcome<Json>> read_items(Track& track, const State& state, const Values& values);

/// One child's result, as ResultWriter exports it.
struct ChildResult {
  std::string arn;
  std::string name;
  Json input;
  Outcome<Json> result;
};
/// Where the results are: {"MapRunArn", "ResultWriterDetails": {"Bucket", "Key"}}.
Process<Outcome<Json>> write_results(Track& track, const State& state, const Values& values,
                                     const MapRun& run, std::vector<ChildResult> children);

/// Rows of comma-separated values; quotes as RFC 4180 has them.
std::vector<std::vector<std::string>> read_csv(std::string_view text, char delimiter);

}  // namespace opsim::step_functions
