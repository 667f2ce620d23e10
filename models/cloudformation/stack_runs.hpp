#pragma once
/// Parts that creation, update and deletion of a stack share.
#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

struct Work;

/// Why the work did not come to its end, in AWS's words; "" when it did. What still ran is told as
/// cancelled. `verb` begins statuses (CREATE, UPDATE), `word` stands in the sentence.
std::string failure_of(CloudFormation& cfn, Stack& stack, const Work& work, const std::string& verb,
                       std::string_view word);

enum class When : std::uint8_t { stack_deleted, creation_failed, retained_by_request };
/// Deletes what stands under a number of the assembly, or keeps it as its DeletionPolicy says.
Process<std::string> take_away(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                               std::uint32_t number, When when);

Process<> roll_creation_back(CloudFormation& cfn, Stack& stack);

/// MonitoringTimeInMinutes after everything is deployed: "" or the alarm that went off.
Process<std::string> monitor(CloudFormation& cfn, Stack& stack);

}  // namespace opsim::cloudformation
