#pragma once
/// Which patches a baseline approves, and what an instance is then: values in, values out.
///
/// AWS: Systems Manager User Guide, "About patch baselines", "Patch compliance state values"; API
/// Reference, PatchRule, PatchFilter.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/kernel/time.hpp"

namespace opsim::patch_manager {

/// One release of a vendor, for all instances of its operating system.
struct Patch {
  std::string id;              // "kernel-5.10.230"
  std::string classification;  // "Security", "Bugfix"
  std::string severity;        // "Critical", "Important", "Medium", "Low"
  std::string product = "*";
  SimTime released{};
  bool reboots = false;
  bool windows = false;
  double failure_share = 0;  // of its installations
};

struct PatchFilter {
  std::string key;  // CLASSIFICATION, SEVERITY, MSRC_SEVERITY, PRODUCT, ...
  std::vector<std::string> values;
};

struct PatchRule {
  std::vector<PatchFilter> filters;
  std::int64_t approve_after_days = 0;
  std::optional<SimTime> approve_until;  // instead: what was released by then
  std::string compliance_level = "UNSPECIFIED";
};

struct Baseline {
  std::string id;  // "pb-0123456789abcdef0"; of AWS's own: its ARN
  std::string name;
  std::string description;
  std::string operating_system = "AMAZON_LINUX_2";
  std::vector<PatchRule> rules;
  std::vector<std::string> approved;
  std::string approved_level = "UNSPECIFIED";
  std::vector<std::string> rejected;
  bool blocks_rejected = false;  // RejectedPatchesAction BLOCK
  /// AvailableSecurityUpdatesComplianceStatus NON_COMPLIANT: of Windows only.
  bool available_is_non_compliant = false;
  SimTime created{};
  SimTime modified{};
};

/// "patch-id*" matches what begins so; names are compared as they are.
[[nodiscard]] bool is_listed(const std::vector<std::string>& list, std::string_view id);
[[nodiscard]] bool approves(const Baseline& baseline, const Patch& patch, SimTime now);
/// CRITICAL, HIGH, ...: of the first rule that approves it.
[[nodiscard]] std::string level_of(const Baseline& baseline, const Patch& patch, SimTime now);

/// What there is of patches on one instance.
struct Installed {
  std::set<std::string> patches;
  std::set<std::string> pending_reboot;  // a part of them
  std::set<std::string> failed;          // none of them: the last installation did not work
  std::map<std::string, SimTime> works_since = {};  // what is there and waits for no reboot
};

enum class State : std::uint8_t {
  available_security_update,  // of Windows: not approved, for security, and not there
  failed,                     // approved, and it could not be installed
  installed,
  installed_other,  // not approved, and there
  installed_pending_reboot,
  installed_rejected,
  missing,
  not_applicable,  // not approved, and not there
};
[[nodiscard]] std::string_view to_string(State state);
/// As a report counts it; `baseline` says what an available security update is.
[[nodiscard]] bool is_compliant(State state, const Baseline& baseline);
[[nodiscard]] bool is_for_security(const Patch& patch);
/// For security, and critical or important: what should not wait.
[[nodiscard]] bool is_urgent(const Patch& patch);
[[nodiscard]] State state_of(const Baseline& baseline, const Patch& patch,
                             const Installed& installed, SimTime now);

}  // namespace opsim::patch_manager
