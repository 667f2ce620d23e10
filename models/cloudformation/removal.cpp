// What goes: the calls that take a resource away, and what becomes of its name.
// AWS: CloudFormation User Guide, "DeletionPolicy attribute".
#include <fmt/format.h>

#include "models/cloudformation/resource_work.hpp"
#include "models/cloudformation/stack_set_work.hpp"

namespace opsim::cloudformation {

namespace {

bool is_gone_already(const ApiError& error) {
  for (const std::string_view part :
       {"NotFound", "NoSuch", "NonExistent", "DoesNotExist", "InvalidInstanceID"})
    if (error.code.find(part) != std::string::npos) return true;
  return error.message.find("not found") != std::string::npos ||
         error.message.find("does not exist") != std::string::npos;
}

/// The registry's entry of what is to go. A bucket's policy has its bucket's name, and two places
/// may have one name: type and place tell.
Resource* registered(CloudFormation& cfn, const Stack& stack, const Doomed& doomed) {
  Resources& all = cfn.cloud.resources();
  for (Resource* one : {all.find(fmt::format("{}/{}", stack.name, doomed.logical_id)),
                        all.find(doomed.physical_id)})
    if (one != nullptr && one->type == doomed.type && one->physical_id == doomed.physical_id &&
        one->place == stack.place)
      return one;
  return nullptr;
}

/// Services forget by name, and the newest holder of a name answers to it: one that went by mistake
/// comes back.
struct NewestHolder {
  NewestHolder(CloudFormation& cfn, const Doomed& doomed)
      : holder{cfn.cloud.resources().find(doomed.physical_id)},
        type{holder == nullptr ? std::string{} : holder->type} {}
  void restore_unless(const Resource* own) const {
    if (holder != nullptr && holder != own && holder->type.empty()) holder->type = type;
  }
  Resource* holder;
  std::string type;
};

/// The handler of a stack set takes its instances away first.
Process<std::string> empty_set(CloudFormation& cfn, Stack& stack, std::string id) {
  StackSet* set = find_set(cfn, stack.place, id);
  if (set == nullptr || set->instances.empty()) co_return "";
  NewOperation asked{.action = "DELETE"};
  for (const auto& [place, instance] : set->instances) asked.targets.push_back(place);
  auto begun = begin_operation(cfn, *set, std::move(asked));
  if (!begun) co_return begun.error().message;
  StackSetOperation* operation = *begun;
  while (!operation->ended) co_await cfn.sim().sleep(std::chrono::seconds{10});
  co_return operation->status == "SUCCEEDED" ? std::string{}
                                             : "Stack instances could not be deleted";
}

}  // namespace

Process<std::string> delete_physical(CloudFormation& cfn, Stack& stack, Doomed doomed) {
  const std::string id = doomed.logical_id;
  stack.resources[id].type = doomed.type;
  stack.resources[id].physical_id = doomed.physical_id;
  tell_resource(cfn, stack, id, "DELETE_IN_PROGRESS");
  std::string failure;
  if (doomed.type == "AWS::CloudFormation::Stack") {
    Process<std::string> nested = delete_nested(cfn, stack, doomed.physical_id);
    failure = co_await nested;
  } else if (!doomed.physical_id.empty()) {
    Resource* const own = registered(cfn, stack, doomed);
    const NewestHolder newest{cfn, doomed};
    const std::string snapshot =
        doomed.snapshot ? cfn.cloud.next_id(fmt::format("{}-snapshot-{}-", stack.name, id)) : "";
    if (doomed.type == "AWS::CloudFormation::StackSet") {
      Process<std::string> empty = empty_set(cfn, stack, doomed.physical_id);
      failure = co_await empty;
    }
    const std::vector<ServiceCall> calls =
        failure.empty() ? remove_calls(doomed, snapshot) : std::vector<ServiceCall>{};
    for (const ServiceCall& one : calls) {
      Process<ApiResult<Json>> call = patient_call(cfn, stack, one);
      const ApiResult<Json> answer = co_await call;
      const bool unknown = !answer && (answer.error().code == "NotSimulated" ||
                                       answer.error().code == "InvalidAction");
      if (answer || unknown || is_gone_already(answer.error())) continue;
      failure = handler_message(cfn, answer.error());
      break;
    }
    if (failure.empty()) {
      const Duration takes =
          work_time(cfn, stack, id, doomed.type, type_row(doomed.type).remove_seconds);
      co_await cfn.sim().sleep(takes);
      newest.restore_unless(own);
      if (own != nullptr) own->type.clear();  // its names stay, as Resources::remove leaves them
    }
  }
  tell_resource(cfn, stack, id, failure.empty() ? "DELETE_COMPLETE" : "DELETE_FAILED", failure);
  co_return failure;
}

}  // namespace opsim::cloudformation
