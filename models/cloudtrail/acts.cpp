// What somebody does in an account: the calls that an auditor later asks about.
//   - at: 3h
//     do: { make a call: { to: 'ssm:PutParameter', in: '200000000002', by: user/mallory, with: {
//     ... } } }
#include <fmt/format.h>

#include "models/cloudtrail/cloudtrail.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/cloud/look_up.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr Shape kWord{.kind = Kind::text, .min = 3, .example = "ssm:PutParameter"};
constexpr Shape kAccount{.kind = Kind::text, .min = 12, .max = 12, .example = "200000000001"};
constexpr Field kActFields[] = {
    {.name = "by",
     .shape = &kWord,
     .doc = "user/NAME or role/NAME of that account. Default: user/operator."},
    {.name = "in",
     .shape = &kAccount,
     .need = Need::required,
     .doc = "The account, twelve digits."},
    {.name = "to", .shape = &kWord, .need = Need::required, .doc = "service:Operation."},
    {.name = "with",
     .doc = "The input, with AWS's member names; a resource of a stack by its name, STACK/Name, "
            "where an ARN or an id belongs."},
};

/// "account-3/Store" is the resource of that stack: what somebody who is in the account sees there.
void look_up_in_stacks(Cloud& cloud, Json& value) {
  if (value.is_object() || value.is_array())
    for (Json& inner : value) look_up_in_stacks(cloud, inner);
  if (!value.is_string()) return;
  const std::string name = value.get<std::string>();
  if (name.find('/') == std::string::npos || name.starts_with('/')) return;
  const Resource* const found = cloud.resources().find_named(name);
  if (found != nullptr) value = found->arn.empty() ? found->physical_id : found->arn;
}

}  // namespace

constexpr Shape kActShape{.kind = Kind::mapping,
                          .doc = "Somebody makes an API call in an account.",
                          .fields = kActFields};

void make_a_call(Model& model, const FaultRequest& request) {
  Cloud& cloud = static_cast<CloudTrail&>(model).cloud;
  const std::string call = fault_text(request, "to");
  const std::string account = fault_text(request, "in");
  std::string who = fault_text(request, "by");
  if (who.empty()) who = "user/operator";
  const auto with = request.arguments.find("with");
  Json input = with ? with->to_json() : Json::object();
  look_up_ids(cloud, input);
  look_up_in_stacks(cloud, input);
  const auto colon = call.find(':');
  if (colon == std::string::npos) {
    cloud.journal().write({.kind = EntryKind::note,
                           .level = Level::story,
                           .subject = call,
                           .text = fmt::format("{} is no call; write service:Operation", call),
                           .source = request.source});
    return;
  }
  const Place place{account, cloud.home().region};
  Caller caller{place, fmt::format("arn:{}:iam::{}:{}", partition_of(place.region), account, who),
                ""};
  cloud.call_later(std::move(caller), call.substr(0, colon), call.substr(colon + 1),
                   std::move(input));
}

}  // namespace opsim::cloudtrail
