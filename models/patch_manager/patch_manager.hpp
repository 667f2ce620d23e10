#pragma once
/// Patch Manager: what vendors release, what baselines approve, what instances have, and what is
/// known of it.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/patch_manager/rules.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::patch_manager {

/// What the last AWS-RunPatchBaseline on an instance found, or did: all that reports know.
struct Report {
  std::string baseline_id;
  std::string patch_group;
  std::string command_id;
  std::string operation;      // "Scan", "Install"
  std::string reboot_option;  // "RebootIfNeeded", "NoReboot"
  SimTime started{};
  SimTime ended{};
  std::vector<std::pair<std::string, State>> patches;  // those that had been released
  std::map<std::string, std::string> levels;           // of those that are not compliant
  [[nodiscard]] std::size_t count(State state) const;
  [[nodiscard]] bool compliant() const { return levels.empty(); }
};

class PatchManager : public Model {
 public:
  explicit PatchManager(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::vector<Patch> releases;                                    // by time
  std::map<std::pair<Place, std::string>, Baseline> baselines;    // by id
  std::map<std::pair<Place, std::string>, std::string> groups;    // "<group>/<system>" -> baseline
  std::map<std::pair<Place, std::string>, std::string> defaults;  // system -> baseline
  std::map<std::string, Installed, std::less<>> installed;        // by instance
  std::map<std::pair<Place, std::string>, Report> reports;        // by instance
};

/// What EC2 says of an instance that matters here.
struct Machine {
  std::string id;
  Place place;
  std::string patch_group;  // tag "Patch Group" or "PatchGroup"
  bool windows = false;
  SimTime launched{};
  [[nodiscard]] std::string system() const { return windows ? "WINDOWS" : "AMAZON_LINUX_2"; }
};
std::optional<Machine> look(PatchManager& manager, const Place& place, std::string_view id);

// ---- Baselines ----
/// AWS's own: Security and Bugfix after seven days.
Baseline predefined(std::string_view system);
/// By the instance's patch group, else the default of its system.
Baseline baseline_for(PatchManager& manager, const Machine& machine);
ApiResult<Baseline> read_baseline(Baseline baseline, const Json& input, SimTime now);
Json to_json(const Baseline& baseline);

// ---- Instances ----
/// Approved patches that it lacks, or that wait for its reboot.
std::size_t missing(PatchManager& manager, const Machine& machine);
/// Urgent patches that came out and do not work on it, approved or not.
std::size_t exposed(PatchManager& manager, const Machine& machine);
/// Days from the release of an urgent patch, or from the launch where that came later, until it
/// worked, or until now: the most of them.
double longest_lag(PatchManager& manager, const Machine& machine);
/// Installs all that is approved, but what fails by its physics; true when one of them needs a
/// reboot.
bool install(PatchManager& manager, const Machine& machine);
/// After a reboot nothing waits for one.
void rebooted(PatchManager& manager, std::string_view instance);
/// "reboot-by AWS-RunPatchBaseline COMMAND" of an instance: 1 where the command reboots it.
std::optional<double> read_reboot_by(Model& model, std::string_view resource,
                                     std::string_view part);
/// Every event: a command that ended was perhaps AWS-RunPatchBaseline (runs.cpp).
void on_event(Model& model, const Event& event);

/// The act `patch now`.
void begin_patch_now(Model& model, const FaultRequest& request);

extern const Shape kReleasesShape;
void read_releases(Model& model, Cloud& cloud, const Node& section);
std::span<const PhysicalQuantity> quantities();
std::span<const Fault> faults();
std::span<const Physics> physics();

// ---- Operations ----
ApiResult<Json> create_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Json> delete_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Json> deregister_patch_group(PatchManager& manager, const Request& request);
ApiResult<Json> describe_instance_patch_states(PatchManager& manager, const Request& request);
ApiResult<Json> describe_instance_patches(PatchManager& manager, const Request& request);
ApiResult<Json> describe_patch_baselines(PatchManager& manager, const Request& request);
ApiResult<Json> describe_patch_group_state(PatchManager& manager, const Request& request);
ApiResult<Json> describe_patch_groups(PatchManager& manager, const Request& request);
ApiResult<Json> describe_states_of_group(PatchManager& manager, const Request& request);
ApiResult<Json> get_default_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Json> get_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Json> get_patch_baseline_for_group(PatchManager& manager, const Request& request);
ApiResult<Json> inspect_patch_compliance(PatchManager& manager, const Request& request);
ApiResult<Json> register_default_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Json> register_patch_group(PatchManager& manager, const Request& request);
ApiResult<Json> update_patch_baseline(PatchManager& manager, const Request& request);
ApiResult<Created> create_baseline_resource(PatchManager& manager, const ResourceRequest& request);

}  // namespace opsim::patch_manager
