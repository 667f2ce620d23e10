// Whether a role or a user may make a call.
// AWS: IAM User Guide, "Policy evaluation logic" (reference_policies_evaluation-logic): an explicit
// denial anywhere wins; then a permissions boundary must allow, and an identity-based policy. The
// messages are those of implicit and explicit denials in troubleshoot_access-denied's words.
//
// SIMPLIFIED: policies of resources belong to their services. Services, and
// users and roles that nothing here made, are allowed everything. SIMPLIFIED: of AWS managed
// policies the common ones are known (aws_managed); of the others those with ReadOnly or Viewer in
// their name allow reads, the rest everything. SIMPLIFIED: a call is about the ARNs among its
// input's own members (TopicArn, but not the targets of a rule or the actions of an alarm); where
// there are none, about any resource.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/iam/iam.hpp"
#include "models/iam/pass_role.hpp"
#include "models/iam/service_control.hpp"
#include "opsim/cloud/iam_action.hpp"

namespace opsim::iam {

namespace {

std::string lowered(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

class Verdict {
 public:
  void add(Decision one, const std::string& policy_arn = {}) {
    if (one == Decision::denied && !denied_) denied_by_ = policy_arn;
    denied_ = denied_ || one == Decision::denied;
    allowed_ = allowed_ || one == Decision::allowed;
  }
  [[nodiscard]] bool allows() const { return allowed_ && !denied_; }
  [[nodiscard]] bool denies_explicitly() const { return denied_; }
  /// ": arn:..." of the policy that denies, where it has one: inline policies have not.
  [[nodiscard]] std::string named() const { return denied_by_.empty() ? "" : ": " + denied_by_; }

 private:
  std::string denied_by_;
  bool allowed_ = false;
  bool denied_ = false;
};

/// What its policies say, and what its boundary says.
struct Judgement {
  Verdict identity;
  std::optional<Verdict> boundary;
  std::optional<Verdict> session;
  [[nodiscard]] bool allows() const {
    return identity.allows() && (!boundary || boundary->allows()) &&
           (!session || session->allows());
  }
};

Judgement judge(const Iam& iam, const Identity& identity, IdentityKind kind,
                const Question& question, std::string_view operation) {
  Judgement judgement;
  for (const Holder& holder : holders_of(iam, identity, kind)) {
    for (const Policy* policy : known_policies(iam, holder))
      judgement.identity.add(decide(policy->statements, question), policy->arn);
    for (const std::string& arn : unknown_policies(iam, holder))
      judgement.identity.add(decide_unknown(arn, question.action, operation));
  }
  if (identity.boundary.empty()) return judgement;
  const auto own = iam.managed.find(identity.boundary);
  judgement.boundary.emplace();
  judgement.boundary->add(own == iam.managed.end()
                              ? decide_unknown(identity.boundary, question.action, operation)
                              : decide(own->second.statements, question),
                          identity.boundary);
  return judgement;
}

std::optional<Verdict> judge_session(const Iam& iam, const std::string& principal,
                                     const Question& question) {
  const auto limited = iam.session_policies.find(principal);
  if (limited == iam.session_policies.end()) return std::nullopt;
  Verdict verdict;
  for (const Policy& policy : limited->second) verdict.add(decide(policy.statements, question));
  return verdict;
}

/// Most policies have no conditions, and finding out about a request costs more than deciding.
bool asks_of_request(const Iam& iam, const Identity& identity, IdentityKind kind) {
  for (const Holder& holder : holders_of(iam, identity, kind))
    if (std::ranges::any_of(known_policies(iam, holder), &Policy::conditional)) return true;
  const auto own = iam.managed.find(identity.boundary);
  return own != iam.managed.end() && own->second.conditional;
}

/// troubleshoot_access-denied: which type of policy, whether it denies or is silent, and since 2026
/// the ARN of the one that denies (AWS Security Blog, "Enhanced access denied error messages with
/// policy ARNs").
std::string reason_of(const Judgement& judgement, std::string_view action) {
  if (judgement.identity.denies_explicitly())
    return "with an explicit deny in an identity-based policy" + judgement.identity.named();
  if (judgement.boundary && judgement.boundary->denies_explicitly())
    return "with an explicit deny in a permissions boundary" + judgement.boundary->named();
  if (judgement.session && judgement.session->denies_explicitly())
    return "with an explicit deny in a session policy";
  if (judgement.identity.allows() && judgement.boundary && !judgement.boundary->allows())
    return fmt::format("because no permissions boundary allows the {} action", action);
  if (judgement.identity.allows())
    return fmt::format("because no session policy allows the {} action", action);
  return fmt::format("because no identity-based policy allows the {} action", action);
}

/// "User: arn:aws:sts::...:assumed-role/... is not authorized to perform: ssm:SendCommand on
/// resource: ... because no identity-based policy allows the ssm:SendCommand action"
ApiError denial(const Request& request, std::string_view action, const std::string& resource,
                const std::string& why) {
  if (request.service == "ec2")
    return {"UnauthorizedOperation",
            fmt::format("You are not authorized to perform this operation. User: {} is not "
                        "authorized to perform: {} on resource: {} {}",
                        request.caller.principal, action, resource, why),
            403};
  // EC2 Auto Scaling, CloudWatch, IAM, SNS and SQS answer with the older code of the query
  // protocol; S3 with that of its own list of errors.
  constexpr std::string_view kQuery[] = {
      "autoscaling", "cloudformation", "cloudwatch", "iam", "s3", "sns", "sqs", "sts"};
  const bool query = std::ranges::count(kQuery, request.service) > 0;
  return {query ? "AccessDenied" : "AccessDeniedException",
          fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                      request.caller.principal, action, resource, why),
          query ? 403 : 400};
}

/// What a call asks of its caller: one action on some resources.
struct Demand {
  std::string action;  // as written: "iam:PassRole"
  std::vector<std::string> resources;
  std::string_view passed_to = {};  // of iam:PassRole
};

/// Whether the identity's policies and its boundary let it; the refusal, where they do not.
std::optional<ApiError> refused(const Iam& iam, const Request& request, const Holder& who,
                                const Demand& demand) {
  Question question{lowered(demand.action), demand.resources};
  const std::string_view operation =
      demand.passed_to.empty() ? request.operation : std::string_view{"PassRole"};
  const auto judged = [&]() -> std::optional<ApiError> {
    Judgement judgement = judge(iam, *who.identity, who.kind, question, operation);
    judgement.session = judge_session(iam, request.caller.principal, question);
    if (judgement.allows()) return std::nullopt;
    return denial(request, demand.action, demand.resources.front(),
                  reason_of(judgement, demand.action));
  };
  if (!asks_of_request(iam, *who.identity, who.kind)) return judged();
  for (PolicyContext& context : contexts_of(request, *who.identity, who.kind)) {
    if (!demand.passed_to.empty())
      context.values["iam:passedtoservice"] = {std::string{demand.passed_to}};
    question.context = &context;
    if (std::optional<ApiError> no = judged()) return no;
  }
  return std::nullopt;
}

/// Of whose account the resource is: the call's, where nothing tells.
std::string account_of_resource(const Request& request, const PolicyContext& context,
                                const std::string& resource) {
  if (const auto known = context.values.find("aws:resourceaccount"); known != context.values.end())
    return known->second.front();
  const std::optional<Arn> arn = Arn::parse(resource);
  return arn && !arn->account.empty() ? arn->account : request.place().account;
}

/// The organization's policies are asked first: what they deny, no policy of the account allows.
std::optional<ApiError> refused_above(Iam& iam, const Request& request, const Demand& demand) {
  if (!organization_has_say(iam, request)) return std::nullopt;
  Identity stranger;
  stranger.arn = request.caller.principal;
  stranger.account = request.place().account;
  PolicyContext context = contexts_of(request, stranger, IdentityKind::role).front();
  add_organization_keys(iam, request, context);
  const Question question{lowered(demand.action), demand.resources, &context};
  std::string why = refused_by_service_control(iam, request, question);
  if (why.empty())
    why = refused_by_resource_control(
        iam, request, account_of_resource(request, context, demand.resources.front()), question);
  if (why.empty()) return std::nullopt;
  return denial(request, demand.action, demand.resources.front(), why);
}

std::optional<Holder> known_caller(const Iam& iam, const Request& request) {
  if (const Role* role = role_of(iam, request.caller.principal))
    return Holder{role, IdentityKind::role};
  if (const User* user = user_of(iam, request.caller.principal))
    return Holder{user, IdentityKind::user};
  return std::nullopt;
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

std::optional<ApiError> authorize_action(Iam& iam, const Request& request,
                                         const std::string& action,
                                         const std::vector<std::string>& resources) {
  const std::optional<Holder> who = known_caller(iam, request);
  if (!who) return std::nullopt;
  return refused(iam, request, *who, {action, resources});
}

std::optional<ApiError> authorize(Iam& iam, const Request& request) {
  if (request.caller.is_service()) return std::nullopt;
  const bool anyone = !iam.roles.empty() || !iam.users.empty();
  if (!anyone && !organization_has_say(iam, request)) return std::nullopt;
  const Demand demand{iam_action(request.service, request.operation), resources_named(request)};
  if (std::optional<ApiError> no = refused_above(iam, request, demand)) return no;
  const std::optional<Holder> who = known_caller(iam, request);
  // Who may assume a role, its trust decides with the caller's policies (sts_operations.cpp).
  if (!who || demand.action == "sts:AssumeRole") return std::nullopt;
  // "No permissions are required to perform this operation." (API GetCallerIdentity)
  if (demand.action == "sts:GetCallerIdentity") return std::nullopt;
  if (std::optional<ApiError> no = refused(iam, request, *who, demand)) return no;
  for (const PassedRole& role : roles_passed(request)) {
    const Demand passing{"iam:PassRole", {role.arn}, role.service};
    if (std::optional<ApiError> no = refused(iam, request, *who, passing)) return no;
  }
  return std::nullopt;
}

}  // namespace opsim::iam
