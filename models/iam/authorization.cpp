// Whether a role or a user may make a call.
// AWS: IAM User Guide, "Policy evaluation logic" (reference_policies_evaluation-logic): an explicit
// denial anywhere wins; then a permissions boundary must allow, and an identity-based policy. The
// messages are those of implicit and explicit denials in troubleshoot_access-denied's words.
//
// SIMPLIFIED: no service control policies and session policies; policies of resources belong to
// their services. Services, and users and roles that nothing here made, are allowed everything.
// SIMPLIFIED: of AWS managed policies the common ones are known (aws_managed); of the others those
// with ReadOnly or Viewer in their name allow reads, the rest everything.
// SIMPLIFIED: a call is about the ARNs among its input's own members (TopicArn, but not the targets
// of a rule or the actions of an alarm); where there are none, about any resource.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/iam/iam.hpp"

namespace opsim::iam {

namespace {

std::string lowered(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// IAM's prefix where it is not the endpoint's.
std::string_view action_prefix(std::string_view service) {
  if (service == "elbv2" || service == "elb") return "elasticloadbalancing";
  if (service == "monitoring") return "cloudwatch";
  return service;
}

class Verdict {
 public:
  void add(Decision one) {
    denied_ = denied_ || one == Decision::denied;
    allowed_ = allowed_ || one == Decision::allowed;
  }
  [[nodiscard]] bool allows() const { return allowed_ && !denied_; }
  [[nodiscard]] bool denies_explicitly() const { return denied_; }

 private:
  bool allowed_ = false;
  bool denied_ = false;
};

/// What its policies say, and what its boundary says.
struct Judgement {
  Verdict identity;
  std::optional<Verdict> boundary;
  [[nodiscard]] bool allows() const {
    return identity.allows() && (!boundary || boundary->allows());
  }
};

Judgement judge(const Iam& iam, const Identity& identity, IdentityKind kind,
                const Question& question, std::string_view operation) {
  Judgement judgement;
  for (const Holder& holder : holders_of(iam, identity, kind)) {
    for (const Policy* policy : known_policies(iam, holder))
      judgement.identity.add(decide(policy->statements, question));
    for (const std::string& arn : unknown_policies(iam, holder))
      judgement.identity.add(decide_unknown(arn, question.action, operation));
  }
  if (identity.boundary.empty()) return judgement;
  const auto own = iam.managed.find(identity.boundary);
  judgement.boundary.emplace();
  judgement.boundary->add(own == iam.managed.end()
                              ? decide_unknown(identity.boundary, question.action, operation)
                              : decide(own->second.statements, question));
  return judgement;
}

/// Most policies have no conditions, and finding out about a request costs more than deciding.
bool asks_of_request(const Iam& iam, const Identity& identity, IdentityKind kind) {
  for (const Holder& holder : holders_of(iam, identity, kind))
    if (std::ranges::any_of(known_policies(iam, holder), &Policy::conditional)) return true;
  const auto own = iam.managed.find(identity.boundary);
  return own != iam.managed.end() && own->second.conditional;
}

/// troubleshoot_access-denied: which type of policy, and whether it denies or is silent.
std::string reason_of(const Judgement& judgement, std::string_view action) {
  if (judgement.identity.denies_explicitly())
    return "with an explicit deny in an identity-based policy";
  if (judgement.boundary && judgement.boundary->denies_explicitly())
    return "with an explicit deny in a permissions boundary";
  if (judgement.identity.allows())
    return fmt::format("because no permissions boundary allows the {} action", action);
  return fmt::format("because no identity-based policy allows the {} action", action);
}

/// "User: arn:aws:sts::...:assumed-role/... is not authorized to perform: ssm:SendCommand on
/// resource: ... because no identity-based policy allows the ssm:SendCommand action"
ApiError denial(const Request& request, const Question& question, const Judgement& judgement) {
  const std::string action =
      fmt::format("{}:{}", action_prefix(request.service), request.operation);
  const std::string why = reason_of(judgement, action);
  if (request.service == "ec2")
    return {"UnauthorizedOperation",
            fmt::format("You are not authorized to perform this operation. User: {} is not "
                        "authorized to perform: {} on resource: {} {}",
                        request.caller.principal, action, question.resources.front(), why),
            403};
  // EC2 Auto Scaling, CloudWatch, IAM, SNS and SQS answer with the older code of the query
  // protocol.
  constexpr std::string_view kQuery[] = {
      "autoscaling", "cloudformation", "cloudwatch", "iam", "sns", "sqs"};
  const bool query = std::ranges::count(kQuery, request.service) > 0;
  return {query ? "AccessDenied" : "AccessDeniedException",
          fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                      request.caller.principal, action, question.resources.front(), why),
          query ? 403 : 400};
}

}  // namespace

const Role* role_of(const Iam& iam, std::string_view principal) {
  const std::optional<Arn> arn = Arn::parse(principal);
  if (!arn) return nullptr;
  std::string_view rest = arn->resource;
  if (arn->service == "iam" && rest.starts_with("role/")) {
    // The last part of the path is the name.
    return iam.find_role(arn->account, rest.substr(rest.rfind('/') + 1));
  }
  if (arn->service == "sts" && rest.starts_with("assumed-role/")) {
    rest.remove_prefix(std::string_view{"assumed-role/"}.size());
    return iam.find_role(arn->account, rest.substr(0, rest.find('/')));
  }
  return nullptr;
}

const User* user_of(const Iam& iam, std::string_view principal) {
  const std::optional<Arn> arn = Arn::parse(principal);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("user/")) return nullptr;
  const auto found =
      iam.users.find({arn->account, arn->resource.substr(arn->resource.rfind('/') + 1)});
  return found == iam.users.end() ? nullptr : &found->second;
}

std::optional<ApiError> authorize(Iam& iam, const Request& request) {
  if ((iam.roles.empty() && iam.users.empty()) || request.caller.is_service()) return std::nullopt;
  const Identity* identity = role_of(iam, request.caller.principal);
  const IdentityKind kind = identity == nullptr ? IdentityKind::user : IdentityKind::role;
  if (identity == nullptr) identity = user_of(iam, request.caller.principal);
  if (identity == nullptr) return std::nullopt;
  Question question{
      lowered(fmt::format("{}:{}", action_prefix(request.service), request.operation)),
      resources_named(request)};
  if (!asks_of_request(iam, *identity, kind)) {
    const Judgement judgement = judge(iam, *identity, kind, question, request.operation);
    if (judgement.allows()) return std::nullopt;
    return denial(request, question, judgement);
  }
  for (const PolicyContext& context : contexts_of(request, *identity, kind)) {
    question.context = &context;
    const Judgement judgement = judge(iam, *identity, kind, question, request.operation);
    if (!judgement.allows()) return denial(request, question, judgement);
  }
  return std::nullopt;
}

}  // namespace opsim::iam
