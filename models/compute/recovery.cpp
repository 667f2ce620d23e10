// The alarm action that recovers an instance. It has no API operation of its own.
// AWS: EC2 User Guide, "Recover your instance" (ec2-instance-recover): a running instance whose
// host fails moves to another one and keeps its id, its addresses and its volumes.
//
// Simplified automatic recovery does the same without an alarm. AWS: EC2 User Guide, "Configure
// simplified automatic recovery on an Amazon EC2 instance" (instance-configuration-recovery): on by
// default for supported types (MaintenanceOptions.AutoRecovery default or disabled); "up to three
// recovery attempts per day"; not for members of an Auto Scaling group, which replaces them; not
// for metal and, but for some old types, not with instance store volumes. UNDOCUMENTED: how long
// after the system status check it begins: lognormal(p50 5min, p99 15min), an estimate. SIMPLIFIED:
// only for instances whose type a template or a call names, as with CPU credits; the type's name
// tells whether it is supported; no event of AWS Health tells of it.
#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::compute {

namespace {

constexpr std::size_t kAttemptsADay = 3;
constexpr Duration kDay = std::chrono::hours{24};

bool may_recover_itself(const Instance& instance) {
  return instance.recovers_itself && instance.group.empty() && instance.spec->names_type &&
         supports_automatic_recovery(instance.spec->instance_type);
}

void recover_itself(Fleet& fleet, Instance& instance) {
  if (instance.state != InstanceState::running || !instance.bad_hardware) return;
  const SimTime now = fleet.now();
  std::erase_if(instance.recovered, [&](SimTime at) { return at + kDay <= now; });
  if (instance.recovered.size() >= kAttemptsADay || !may_recover_itself(instance)) return;
  instance.recovered.push_back(now);
  const CauseScope because{
      fleet.sim(), tell(fleet, instance, "recovers", "simplified automatic recovery begins")};
  recover(fleet, instance);
}

}  // namespace

bool supports_automatic_recovery(std::string_view type) {
  const std::string_view family = type.substr(0, type.find('.'));
  if (family.empty() || type.find(".metal") != std::string_view::npos) return false;
  constexpr std::string_view kWithout[] = {"d2",  "d3",  "dl1", "f1", "f2", "g4", "h1",
                                           "hs1", "i2",  "i3",  "i4", "i7", "i8", "im4",
                                           "is4", "mac", "p4",  "p5", "p6", "trn"};
  if (std::ranges::any_of(kWithout, [&](std::string_view one) { return family.starts_with(one); }))
    return false;
  // "m5d", "c6gd", "r6id": with instance store volumes.
  const auto digit = family.find_first_of("0123456789");
  return digit == std::string_view::npos ||
         family.substr(digit).find('d') == std::string_view::npos;
}

void plan_automatic_recovery(Fleet& fleet, Instance& instance) {
  if (!instance.bad_hardware || !may_recover_itself(instance)) return;
  if (fleet.sim().pending(instance.recovery)) return;
  static const Distribution kBegins = estimate("lognormal(p50 5min, p99 15min)");
  instance.recovery = fleet.sim().after(draw(fleet, instance, "automatic-recovery", kBegins),
                                        [&fleet, &instance] { recover_itself(fleet, instance); });
}

ApiResult<Json> modify_instance_maintenance_options(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "InstanceId");
  Instance* const instance = fleet.find(request.place(), id);
  if (instance == nullptr)
    return ApiError{"InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist"};
  const std::string wanted = text_of(request.input, "AutoRecovery");
  if (wanted != "default" && wanted != "disabled")
    return ApiError{"InvalidParameterValue",
                    "Invalid value '" + wanted + "' for AutoRecovery: default or disabled"};
  instance->recovers_itself = wanted == "default";
  return Json{{"InstanceId", id}, {"AutoRecovery", wanted}};
}

Process<ApiResult<Json>> deliver_recovery(Fleet& fleet, Delivery delivery) {
  const std::string id = text_of(delivery.parameters, "InstanceId");
  Instance* instance = fleet.find(delivery.caller.place, id);
  if (instance == nullptr)
    co_return ApiError{"InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist"};
  if (instance->state != InstanceState::running)
    co_return ApiError{
        "IncorrectInstanceState",
        "The instance '" + id + "' is not in a state from which it can be recovered."};
  recover(fleet, *instance);
  co_return Json::object();
}

}  // namespace opsim::compute
