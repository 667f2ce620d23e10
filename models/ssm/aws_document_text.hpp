#pragma once
/// From the short form in which aws_documents_*.cpp write AWS's documents to their YAML.
///
/// Parameters stand between semicolons. A name alone is a String without a default:
///     "InstanceId; Force: Boolean = false; Action in [Start, Stop] = Stop; Time like '[0-9]+'"
///
/// Steps stand one a line, "name: verb { inputs }"; properties that all actions share stand below
/// their step as YAML has them, indented. A verb is an action ("aws:sleep") or one of these:
///     api rds:StopDBInstance { ... }                         aws:executeAwsApi
///     wait rds:DescribeDBInstances { ... } -> $.Path = [a]   aws:waitForAwsResourceProperty
///     assert ...                                             aws:assertAwsResourceProperty
///     script { payload }                                     aws:executeScript, as physics says
///     running|stopped|terminated ids                         aws:changeInstanceState
///     approve                                                aws:approve, by Approvers
///     linux|windows { ... }                                  a script on that platform
/// and below a step "gives Name: Type = $.Selector" is an output (a String where no type stands).
#include <string>

#include "models/ssm/aws_documents.hpp"

namespace opsim::ssm {

/// Schema 0.3. Each assumes the role AutomationAssumeRole, its last parameter.
std::string runbook_text(const AwsDocument& document);
/// Schema 2.2; 1.2 where the steps are the one plugin that runs the parameter "commands".
std::string command_text(const AwsDocument& document);
/// AWSFIS-Run-*: one script, which sleeps for DurationSeconds where the steps name no other.
std::string fault_text(const AwsDocument& document);

}  // namespace opsim::ssm
