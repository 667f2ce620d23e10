#pragma once
/// The three waists. Models meet only here: a call, an event, a metric.
///
/// Lifetime  A Cloud borrows the Simulation and the Journal and owns one Model per service.
/// Order     Hooks (on_event, on_call, authorize) run in the order of the catalog.
/// Errors    AWS's refusals are values (ApiResult). A broken invariant aborts (ensure).
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/event.hpp"
#include "opsim/cloud/health.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/cloud/resources.hpp"
#include "opsim/cloud/service.hpp"
#include "opsim/journal/journal.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/text_index.hpp"

namespace opsim {

class Cloud {
 public:
  Cloud(Simulation& sim, Journal& journal, Catalog catalog, Place home);
  ~Cloud();
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  [[nodiscard]] Simulation& sim() noexcept { return sim_; }
  [[nodiscard]] Journal& journal() noexcept { return journal_; }
  [[nodiscard]] Metrics& metrics() noexcept { return metrics_; }
  [[nodiscard]] Resources& resources() noexcept { return resources_; }
  [[nodiscard]] const Place& home() const noexcept { return home_; }  // default account and Region

  // ---- Waist 1: calls ----
  /// The call as AWS runs it: refused, throttled, failed or delayed as the world says; then
  /// recorded. `service` and `operation` as in boto3 ("ssm", "StartAutomationExecution"); snake
  /// case
  /// ("start_automation_execution") is accepted too. Unknown names answer InvalidAction with the
  /// nearest known one. The awaiting process may be destroyed while it waits.
  Process<ApiResult<Json>> call(Caller caller, std::string service, std::string operation,
                                Json input);
  /// A look inside that costs no time and leaves no record: how one model asks another about state.
  /// Only operations of Access::read with an immediate handler.
  ApiResult<Json> inspect(const Place& place, std::string_view service, std::string_view operation,
                          const Json& input);
  /// Starts a call and forgets it: for reactions, which do not wait.
  void call_later(Caller caller, std::string service, std::string operation, Json input);

  // ---- Waist 2: events and deliveries ----
  /// Stamps id and time, writes the journal, hands it to every on_event hook; answers the id.
  std::string emit(Event event);
  /// Hands a payload to whatever lives at the ARN. No such target type: code "NotSimulated".
  Process<ApiResult<Json>> deliver(Delivery delivery);

  // ---- Waist 3: metrics: see metrics() ----

  // ---- Physics ----
  /// Says that `resource` is now so; equal to before is no news. Writes EntryKind::health and tells
  /// every on_health hook, which may not change the health of the same resource.
  void set_health(std::string_view resource, Health health, std::string_view why);
  [[nodiscard]] Health health(std::string_view resource) const;
  /// Says that `resource` serves for the first time (its first boot has ended): nobody missed it
  /// before, so its health stays ok and no entry is written, but every on_health hook is told ok.
  void tell_ready(std::string_view resource);
  /// A load balancer's new opinion of a target, for who acts on it: no call and no event of AWS.
  void tell_target_health(const TargetHealth& told);
  /// Every resource that is not ok, by name.
  [[nodiscard]] std::vector<std::string> unhealthy() const {
    std::vector<std::string> names;
    for (const auto& [name, health] : health_) names.push_back(name);
    return names;
  }
  /// "disk of i-00000002"; nothing when no model knows such a quantity.
  [[nodiscard]] std::optional<double> read_quantity(std::string_view resource,
                                                    std::string_view quantity);
  bool change_quantity(std::string_view resource, std::string_view quantity, Change change);
  /// The resource itself, or the members of the group that it names.
  [[nodiscard]] std::vector<std::string> members(std::string_view resource);

  // ---- Names ----
  /// prefix + 8 hex digits of a counter per prefix: next_id("i-") gives "i-00000001".
  std::string next_id(std::string_view prefix);
  /// A counter in the shape of a UUID, one sequence per `what`.
  std::string next_uuid(std::string_view what);

  /// The model of a service, for its own tables' hooks. Null when the catalog has no such service.
  [[nodiscard]] Model* model(std::string_view service);
  [[nodiscard]] Catalog catalog() const noexcept { return catalog_; }

  /// A way in which calls go wrong for a while; denied, throttled, failed or slow.
  struct CallFault {
    enum class How : std::uint8_t { deny, throttle, fail, slow } how;
    std::string service{};    // "" for all
    std::string operation{};  // "" for all
    Duration delay{};         // slow: added to each call
    SimTime until = SimTime::max();
    std::string principal{};          // ARN of the role whose calls are hit; "" for everyone's
    std::optional<ApiError> error{};  // fail: the answer, where it is not the usual one
    double percent = 100;             // how many of the calls, by chance
    std::string luck{};               // names the random stream of that chance
  };
  /// The number by which it can be ended early.
  std::uint64_t add_call_fault(CallFault fault);
  void end_call_fault(std::uint64_t number);

 private:
  struct Mounted;  // a Service with its Model
  Mounted* mounted(std::string_view service);
  [[nodiscard]] std::optional<ApiError> refused(const Request& request, const Operation& operation);
  [[nodiscard]] std::optional<ApiError> injected_error(const Request& request);
  [[nodiscard]] std::optional<ApiError> throttled(const Request& request,
                                                  const CallPhysics& physics);
  [[nodiscard]] Duration added_delay(const Request& request);
  /// A quantity of a type of resource, and the model that has it.
  struct Quantity {
    const PhysicalQuantity* row = nullptr;
    Model* model = nullptr;
  };
  /// "process nginx" is the quantity "process" with the part "nginx"; "replica lag" is one word of
  /// two: the longest name that is known counts. `part` is what stands behind it.
  [[nodiscard]] Quantity quantity_of(const Resource& resource, std::string_view text,
                                     std::string_view& part) const;
  void record(const Request& request, const Operation& operation, const ApiResult<Json>& answer);

  Simulation& sim_;
  Journal& journal_;
  Catalog catalog_;
  Place home_;
  Metrics metrics_;
  Resources resources_;
  std::vector<Mounted> mounted_;
  TextIndex<std::vector<Quantity>> quantities_;  // by the type of resource
  std::map<std::string, Health, std::less<>> health_;
  std::map<std::string, std::uint64_t, std::less<>> counters_;
  struct Bucket {
    double tokens;
    SimTime at;
  };
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::map<std::uint64_t, CallFault> call_faults_;  // in the order of their begin
  std::uint64_t last_call_fault_ = 0;
};

}  // namespace opsim
