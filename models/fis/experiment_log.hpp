#pragma once
/// What an experiment writes to its log: one record a happening, in the documented schema.
///
/// AWS: FIS User Guide, "Experiment logging" (monitoring-logging), schema version 2.
#include "models/fis/experiment.hpp"

namespace opsim::fis {

/// Whether a destination of its log was never used before; it is known from now on.
[[nodiscard]] bool is_new_log_destination(Fis& fis, const Experiment& experiment);

void log_experiment_start(Fis& fis, Experiment& experiment);
/// Of the targets that were found, in their order, and of the one that was not.
void log_targets(Fis& fis, Experiment& experiment, SimTime began);
void log_action_start(Fis& fis, Experiment& experiment, const std::string& action);
void log_action_end(Fis& fis, Experiment& experiment, const std::string& action);
/// Also delivers what goes to S3.
void log_experiment_end(Fis& fis, Experiment& experiment);

}  // namespace opsim::fis
