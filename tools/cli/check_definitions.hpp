#pragma once
/// Checks that only a service itself can make: a file is handed to its API in a world of its own,
/// and what it refuses is told at the line that it is about.
#include "opsim/document/read.hpp"
#include "opsim/journal/journal.hpp"
#include "opsim/scenario/template.hpp"

namespace opsim::cli {

/// Amazon States Language, by ValidateStateMachineDefinition.
void check_state_machine(const Document& document, Diagnostics& diagnostics);
/// An experiment template as FIS's API takes it, by InspectTemplate: all that is wrong, each at its
/// line.
void check_experiment_template(const Document& document, Diagnostics& diagnostics);
/// An AppSpec file as CodeDeploy reads it, a buildspec as CodeBuild does; `text` is the file.
void check_appspec(const Document& document, const std::string& text, Diagnostics& diagnostics);
void check_buildspec(const Document& document, const std::string& text, Diagnostics& diagnostics);
/// A template stands up alone: what services refuse of its resources. Parameters without a Default
/// have made-up values, and what depends on those is not judged; nor is a resource that `told`
/// speaks of already. One that needs other stacks is checked with them, in a scenario.
void check_standing(const Template& text, const Diagnostics& told, Diagnostics& diagnostics,
                    NotSimulated& not_simulated);
/// What models say of resources that stand and do nothing: alarms that nothing evaluates.
[[nodiscard]] NotSimulated idle_resources(const Journal& journal);
/// Documents of Systems Manager that stand within the template, each at its own lines.
void check_embedded_documents(const Template& text, Diagnostics& diagnostics);

}  // namespace opsim::cli
