// AWS STS: its calls, over the state of IAM.
#include <algorithm>

#include "models/iam/operations.hpp"
#include "models/iam/service.hpp"

namespace opsim {

namespace {

/// It has no state of its own: roles and sessions are IAM's.
class Sts : public Model {
 public:
  explicit Sts(Cloud& in) : cloud{in} {}
  Cloud& cloud;
};

template <ApiResult<Json> (*Handle)(iam::Iam&, const Request&)>
ApiResult<Json> over_iam(Sts& sts, const Request& request) {
  auto* iam = static_cast<iam::Iam*>(sts.cloud.model("iam"));
  ensure(iam != nullptr, "STS stands beside IAM");
  return Handle(*iam, request);
}

constexpr Operation kStsOperations[] = {
    {.name = "AssumeRole", .now = &immediate<Sts, over_iam<iam::assume_role>>},
    {.name = "DecodeAuthorizationMessage",
     .access = Access::read,
     .not_simulated = "refusals are not encoded"},
    {.name = "GetCallerIdentity",
     .access = Access::read,
     .now = &immediate<Sts, over_iam<iam::get_caller_identity>>},
};
static_assert(std::ranges::adjacent_find(kStsOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kStsOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kStsFidelity[] = {
    {Grade::simulated,
     "AssumeRole: trust policies with conditions, the caller's own policies, role chaining, "
     "session policies",
     "reference_policies_evaluation-logic"},
    {Grade::simplified, "credentials are names: a session calls as its ARN, and does not expire"},
    {Grade::absent, "federation: SAML, web identity, GetFederationToken"},
};

}  // namespace

extern const Service kSts{
    .name = "sts",
    .title = "AWS Security Token Service",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Sts>(cloud); },
    .operations = kStsOperations,
    .fidelity = kStsFidelity,
};

}  // namespace opsim
