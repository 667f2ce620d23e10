#include "models/patch_manager/rules.hpp"

#include <algorithm>

namespace opsim::patch_manager {

namespace {

std::string_view value_of(const Patch& patch, std::string_view key) {
  if (key == "CLASSIFICATION") return patch.classification;
  if (key == "SEVERITY" || key == "MSRC_SEVERITY") return patch.severity;
  if (key == "PRODUCT") return patch.product;
  return "*";  // PRIORITY, SECTION, PRODUCT_FAMILY, ...: not said of patches here
}

bool passes(const PatchFilter& filter, const Patch& patch) {
  const std::string_view value = value_of(patch, filter.key);
  return value == "*" || std::ranges::any_of(filter.values, [&](const std::string& wanted) {
           return wanted == "*" || wanted == value;
         });
}

// "Auto-approval delay (days): the number of days to wait after the patch was released or last
// updated before a patch is automatically approved"; or "approve patches released up to a specific
// date".
const PatchRule* approving_rule(const Baseline& baseline, const Patch& patch, SimTime now) {
  for (const PatchRule& rule : baseline.rules) {
    const bool fits = std::ranges::all_of(
        rule.filters, [&](const PatchFilter& filter) { return passes(filter, patch); });
    const bool in_time = rule.approve_until
                             ? patch.released <= *rule.approve_until
                             : patch.released + std::chrono::days{rule.approve_after_days} <= now;
    if (fits && in_time) return &rule;
  }
  return nullptr;
}

}  // namespace

bool is_for_security(const Patch& patch) {
  return patch.classification == "Security" || patch.classification == "SecurityUpdates";
}

bool is_urgent(const Patch& patch) {
  return is_for_security(patch) && (patch.severity == "Critical" || patch.severity == "Important");
}

bool is_listed(const std::vector<std::string>& list, std::string_view id) {
  return std::ranges::any_of(list, [&](std::string_view listed) {
    if (listed.ends_with('*')) return id.starts_with(listed.substr(0, listed.size() - 1));
    return listed == id;
  });
}

// "If a patch is both in the approved and the rejected list, the rejected list wins."
bool approves(const Baseline& baseline, const Patch& patch, SimTime now) {
  if (patch.released > now || is_listed(baseline.rejected, patch.id)) return false;
  return is_listed(baseline.approved, patch.id) || approving_rule(baseline, patch, now) != nullptr;
}

std::string level_of(const Baseline& baseline, const Patch& patch, SimTime now) {
  if (is_listed(baseline.approved, patch.id)) return baseline.approved_level;
  const PatchRule* rule = approving_rule(baseline, patch, now);
  return rule == nullptr ? "UNSPECIFIED" : rule->compliance_level;
}

std::string_view to_string(State state) {
  constexpr std::string_view kNames[] = {"AVAILABLE_SECURITY_UPDATE",
                                         "FAILED",
                                         "INSTALLED",
                                         "INSTALLED_OTHER",
                                         "INSTALLED_PENDING_REBOOT",
                                         "INSTALLED_REJECTED",
                                         "MISSING",
                                         "NOT_APPLICABLE"};
  return kNames[static_cast<std::size_t>(state)];
}

// AvailableSecurityUpdatesComplianceStatus: "the status to be assigned to security patches that are
// available but not approved". UNDOCUMENTED: COMPLIANT where a baseline does not say.
bool is_compliant(State state, const Baseline& baseline) {
  if (state == State::available_security_update) return !baseline.available_is_non_compliant;
  return state == State::installed || state == State::installed_other ||
         state == State::not_applicable;
}

State state_of(const Baseline& baseline, const Patch& patch, const Installed& installed,
               SimTime now) {
  const bool approved = approves(baseline, patch, now);
  if (!installed.patches.contains(patch.id)) {
    const bool rejected = is_listed(baseline.rejected, patch.id);
    if (!approved && !rejected && patch.windows && is_for_security(patch))
      return State::available_security_update;
    if (!approved) return State::not_applicable;
    return installed.failed.contains(patch.id) ? State::failed : State::missing;
  }
  if (is_listed(baseline.rejected, patch.id)) return State::installed_rejected;
  if (installed.pending_reboot.contains(patch.id)) return State::installed_pending_reboot;
  return approved ? State::installed : State::installed_other;
}

}  // namespace opsim::patch_manager
