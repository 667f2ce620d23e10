#pragma once
/// A change template: which runbooks a change may run, and who approves it.
/// AWS: Systems Manager User Guide, "Creating change templates" (change-templates-tools,
/// change-templates-custom-editor), "About approvals in your change templates",
/// "Change Manager approval type examples".
#include <optional>
#include <string>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::change_manager {

/// A line of a level: a user, or so many members of a group or a role.
struct ApproverLine {
  std::string approver;  // a name or an ARN; may be a placeholder
  std::string type;      // IamUser, IamGroup, IamRole, SSOGroup, SSOUser; may be a placeholder
  int required = 1;      // minRequiredApprovals; 0: may, and need not
};

/// One aws:approve step.
struct ApprovalLevel {
  std::string name;
  std::string message;
  std::string topic;            // NotificationArn, or ""
  std::string timeout_seconds;  // as written; may be a placeholder
  Duration timeout = std::chrono::hours{7 * 24};
  std::vector<ApproverLine> approvers;
  int required = 0;  // MinRequiredApprovals, of the level as a whole; 0: its lines say it
};

struct TemplateParameter {
  std::string name;
  std::optional<std::string> by_default;
};

struct PermittedRunbook {
  std::string name;
  std::string version;  // "" for any
};

struct ChangeTemplate {
  std::string description;
  bool emergency = false;
  bool auto_approvable = false;
  std::vector<TemplateParameter> parameters;
  std::vector<PermittedRunbook> runbooks;  // empty: any
  std::vector<ApprovalLevel> levels;
};

inline constexpr std::size_t kMostLevels = 5;
inline constexpr std::size_t kMostApprovers = 5;  // of a level

/// What is wrong goes to `diagnostics`.
ChangeTemplate read_template(const Node& text, Diagnostics& diagnostics);
/// Of a document's content.
ChangeTemplate read_template(const std::string& name, const std::string& content,
                             Diagnostics& diagnostics);

/// The template as one request has it: {{ placeholders }} replaced by its parameters, null for the
/// defaults alone. A placeholder that stands for nothing stays as it is.
ChangeTemplate filled(ChangeTemplate written,
                      const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace opsim::change_manager
