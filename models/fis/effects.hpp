#pragma once
/// What the actions do, by the way they do it: an API call as the experiment's role, a change of a
/// physical quantity, a fault of API calls.
#include "models/fis/effect.hpp"

namespace opsim::fis {

// ---- effects_compute.cpp: instances, through EC2 ----
extern const Effect kReboot;
extern const Effect kStopInstances;
extern const Effect kTerminate;

// ---- effects_ssm.cpp ----
extern const Effect kSendCommand;
extern const Effect kStartAutomation;

// ---- effects_calls.cpp: other services, one call for each target ----
extern const Effect kAssertAlarmState;
extern const Effect kDrainContainerInstances;
extern const Effect kFailoverCluster;
extern const Effect kInjectApiError;
extern const Effect kRebootDatabases;
extern const Effect kStopTask;
extern const Effect kZonalShift;

// ---- effects_physics.cpp: quantities that are off while the action lasts ----
extern const Effect kDeletePods;
extern const Effect kDisruptConnectivity;
extern const Effect kDisruptRegion;
extern const Effect kDisruptTransit;
extern const Effect kInterruptPower;
extern const Effect kInterruptSpot;
extern const Effect kKillTaskProcess;
extern const Effect kQuantities;  // those of the action's row in the table of that file
extern const Effect kRefuseLaunches;
extern const Effect kTerminateNodes;
extern const Effect kWait;

/// Whether AWS FIS brings the document along ("AWSFIS-Run-CPU-Stress"); what it does to the targets
/// while the action lasts. effects_documents.cpp.
[[nodiscard]] bool is_fis_document(std::string_view name);
void begin_fis_document(ActionRun& run, std::string_view name, const Json& parameters);
/// 0 for what is no number.
[[nodiscard]] double number_of(const std::string& text);

// ---- sources.cpp ----

/// "use1-az1" or "us-east-1a" -> "us-east-1a". SIMPLIFIED: ids follow the letters.
[[nodiscard]] std::string zone_called(const Place& place, std::string_view word);
/// 0 to 1: the part of the targets' exchanges that `sources` names; 1 for ALL and for nothing.
[[nodiscard]] double share_of_sources(ActionRun& run, std::string_view sources);
/// "packet loss 66.67": the quantity, of that share of the exchanges.
[[nodiscard]] std::string part_of(std::string_view quantity, double share);

/// Changes a quantity; a note, and false, where no model has it.
bool change_for_good(ActionRun& run, const std::string& resource, std::string_view quantity,
                     Change change);
/// Changes it for as long as the action lasts. Of several actions on one thing the last one counts,
/// and what was before comes back when the last of them is over.
void change_for_a_while(ActionRun& run, const std::string& resource, std::string_view quantity,
                        Change change);
/// Waits as long as the parameter `duration` says, or until the experiment stops the action.
Process<> last(ActionRun& run, Duration duration);

}  // namespace opsim::fis
