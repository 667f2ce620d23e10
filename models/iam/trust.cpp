#include "models/iam/trust.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

/// "arn:aws:iam::123456789012:role/ops" of a session of that role; else the principal itself.
std::string principal_arn(const Iam& iam, const std::string& principal) {
  const Role* role = role_of(iam, principal);
  if (role != nullptr) return role->arn;
  const std::optional<Arn> arn = Arn::parse(principal);
  constexpr std::string_view kSession = "assumed-role/";
  if (!arn || arn->service != "sts" || !arn->resource.starts_with(kSession)) return principal;
  const std::string rest = arn->resource.substr(kSession.size());
  return fmt::format("arn:{}:iam::{}:role/{}", arn->partition, arn->account,
                     rest.substr(0, rest.find('/')));
}

std::string account_in(const std::string& principal) {
  const std::optional<Arn> arn = Arn::parse(principal);
  return arn ? arn->account : "";
}

Trust named_by(const Json& principals, const std::string& caller, const std::string& session) {
  if (principals.is_string()) return principals == "*" ? Trust::principal : Trust::silent;
  Trust best = Trust::silent;
  const std::string account = account_in(caller);
  for (const std::string& named : input::texts(principals, "AWS")) {
    if (named == "*" || named == caller || named == session) return Trust::principal;
    const bool root = named == account || named.ends_with(fmt::format("::{}:root", account));
    if (!account.empty() && root) best = Trust::account;
  }
  for (const std::string& named : input::texts(principals, "Service"))
    if (named == session) return Trust::principal;
  return best;
}

PolicyContext context_of_caller(const Request& request, const std::string& caller) {
  PolicyContext context;
  context.values["aws:principalarn"] = {caller};
  context.values["aws:principalaccount"] = {account_in(caller)};
  context.values["sts:rolesessionname"] = {input::text(request.input, "RoleSessionName")};
  const std::string external = input::text(request.input, "ExternalId");
  if (external.empty())
    context.absent.insert("sts:externalid");
  else
    context.values["sts:externalid"] = {external};
  context.absent.insert("aws:multifactorauthpresent");
  return context;
}

}  // namespace

Trust trust_in(const Role& role, const Request& request) {
  const auto& iam = *static_cast<const Iam*>(request.cloud.model("iam"));
  const std::string& session = request.caller.principal;
  const std::string caller = principal_arn(iam, session);
  const Json trust = role.trust.is_string()
                         ? Json::parse(role.trust.get<std::string>(), nullptr, false)
                         : role.trust;
  const Json& written = input::member(trust, "Statement");
  const Json statements = written.is_object() ? Json::array({written}) : written;
  // The statements without their principals are read as any policy's are.
  const PolicyContext context = context_of_caller(request, caller);
  const Question question{"sts:assumerole", {role.arn}, &context};
  Trust best = Trust::silent;
  if (!statements.is_array()) return best;
  for (const Json& statement : statements) {
    const Trust named = named_by(input::member(statement, "Principal"), caller, session);
    if (named == Trust::silent) continue;
    const Policy policy = read_policy("trust", Json{{"Statement", statement}});
    const Decision decision = decide(policy.statements, question);
    if (decision == Decision::denied) return Trust::denied;
    if (decision == Decision::allowed) best = std::max(best, named);
  }
  return best;
}

}  // namespace opsim::iam
