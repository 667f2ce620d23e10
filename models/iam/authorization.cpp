// Whether a role may make a call.
// AWS: IAM User Guide, "Policy evaluation logic"; the message is that of an implicit or explicit
// denial in the Service Authorization Reference's words.
//
// SIMPLIFIED: identity-based policies of roles only: no resource policies, permissions boundaries,
// service control policies or session policies. Users, services and roles that nothing here made
// are allowed everything.
// SIMPLIFIED: what AWS managed policies say is not known here. ReadOnlyAccess and others with
// ReadOnly or Viewer in their name allow reads; AWSDenyAll denies; the rest allow everything.
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

bool is_read(std::string_view operation) {
  constexpr std::string_view kReads[] = {"BatchGet", "Describe", "Get", "List",
                                         "Lookup",   "Search",   "Test"};
  return std::ranges::any_of(kReads,
                             [&](std::string_view verb) { return operation.starts_with(verb); });
}

/// arn:aws:iam::aws:policy/service-role/AmazonSSMAutomationRole
Decision decide_aws_managed(std::string_view arn, std::string_view operation) {
  if (arn.ends_with("/AWSDenyAll")) return Decision::denied;
  const bool reads_only = arn.find("ReadOnly") != std::string_view::npos ||
                          arn.find("Viewer") != std::string_view::npos;
  return !reads_only || is_read(operation) ? Decision::allowed : Decision::silent;
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

void add_managed(const Iam& iam, const std::vector<std::string>& arns, const Question& question,
                 std::string_view operation, Verdict& verdict) {
  for (const std::string& arn : arns) {
    const auto own = iam.managed.find(arn);
    if (own != iam.managed.end()) {
      verdict.add(decide(own->second.statements, question));
    } else if (arn.find(":iam::aws:policy/") != std::string::npos) {
      verdict.add(decide_aws_managed(arn, operation));
    } else {
      verdict.add(Decision::allowed);  // of another account or stack: its content is not known
    }
  }
}

Verdict judge(const Iam& iam, const Role& role, const Question& question,
              std::string_view operation) {
  Verdict verdict;
  const Name name{role.account, role.name};
  for (const Policy& policy : role.inline_policies)
    verdict.add(decide(policy.statements, question));
  if (const auto more = iam.attached.find(name); more != iam.attached.end())
    for (const Policy& policy : more->second) verdict.add(decide(policy.statements, question));
  add_managed(iam, role.managed, question, operation, verdict);
  if (const auto more = iam.attached_managed.find(name); more != iam.attached_managed.end())
    add_managed(iam, more->second, question, operation, verdict);
  return verdict;
}

/// Members that hand something over instead of naming what the call is about: roles, topics to
/// tell.
bool hands_over(std::string_view name) {
  return name.ends_with("RoleArn") || name.ends_with("RoleARN") || name == "NotificationArn" ||
         name == "PolicyArn";
}

/// "User: arn:aws:sts::...:assumed-role/... is not authorized to perform: ssm:SendCommand on
/// resource: ... because no identity-based policy allows the ssm:SendCommand action"
ApiError denial(const Request& request, const Question& question, const Verdict& verdict) {
  const std::string action =
      fmt::format("{}:{}", action_prefix(request.service), request.operation);
  const std::string why =
      verdict.denies_explicitly()
          ? "with an explicit deny in an identity-based policy"
          : fmt::format("because no identity-based policy allows the {} action", action);
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

std::vector<std::string> resources_named(const Request& request) {
  std::vector<std::string> arns;
  if (!request.input.is_object()) return {"*"};
  for (const auto& [name, value] : request.input.items()) {
    if (!value.is_string() || hands_over(name)) continue;
    const auto& text = value.get_ref<const std::string&>();
    if (text.starts_with("arn:") && Arn::parse(text)) arns.push_back(text);
  }
  if (arns.empty()) arns.emplace_back("*");
  return arns;
}

std::optional<ApiError> authorize(Iam& iam, const Request& request) {
  if (iam.roles.empty() || request.caller.is_service()) return std::nullopt;
  const Role* role = role_of(iam, request.caller.principal);
  if (role == nullptr) return std::nullopt;
  const Question question{
      lowered(fmt::format("{}:{}", action_prefix(request.service), request.operation)),
      resources_named(request)};
  const Verdict verdict = judge(iam, *role, question, request.operation);
  if (verdict.allows()) return std::nullopt;
  return denial(request, question, verdict);
}

}  // namespace opsim::iam
