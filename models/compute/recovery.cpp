// The alarm action that recovers an instance. It has no API operation of its own.
// AWS: EC2 User Guide, "Recover your instance" (ec2-instance-recover): a running instance whose
// host fails moves to another one and keeps its id, its addresses and its volumes.
#include "models/compute/ec2_operations.hpp"

namespace opsim::compute {

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
