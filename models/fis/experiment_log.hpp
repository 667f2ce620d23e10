#pragma once
/// What an experiment writes to its log: one record a happening, in the documented schema.
///
/// AWS: FIS User Guide, "Experiment logging" (monitoring-logging), schema version 2.
#include "models/fis/experiment.hpp"

namespace opsim::fis {

void log_experiment_start(Fis& fis, Experiment& experiment);
void log_targets(Fis& fis, Experiment& experiment, SimTime began);
void log_action_start(Fis& fis, Experiment& experiment, const std::string& action);
void log_action_end(Fis& fis, Experiment& experiment, const std::string& action);
/// Also delivers what goes to S3.
void log_experiment_end(Fis& fis, Experiment& experiment);

}  // namespace opsim::fis
