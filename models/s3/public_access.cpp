// Who may read or write a bucket beside its account: policies, ACLs, ownership, Block Public
// Access. AWS: S3 User Guide, "Blocking public access to your Amazon S3 storage" (what each setting
// does, the meaning of "public"), "Controlling ownership of objects and disabling ACLs for your
// bucket", "Access control list (ACL) overview" (canned ACLs). SIMPLIFIED: of the account there is
// no block, and an ACL names everybody or the owner.
#include <fmt/format.h>

#include <algorithm>

#include "models/s3/public_access.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/cloud/iam_action.hpp"
#include "opsim/cloud/resource_policy.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::s3 {

namespace {

constexpr std::string_view kEverybody = "http://acs.amazonaws.com/groups/global/AllUsers";
constexpr std::string_view kAnyAccount =
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

bool blocks(const Bucket& bucket, std::string_view setting) {
  const auto block = bucket.settings.find("PublicAccessBlock");
  return block != bucket.settings.end() && input::boolean(block->second, setting).value_or(false);
}

/// "A bucket or object ACL is public if it
/// grants any permissions to members of the predefined AllUsers or AuthenticatedUsers groups".
bool grants_to_everybody(const Json& acl) {
  const Json& grants = input::member(acl, "Grants");
  return grants.is_array() && std::ranges::any_of(grants, [](const Json& grant) {
           const std::string whom = input::text(input::member(grant, "Grantee"), "URI");
           return whom == kEverybody || whom == kAnyAccount;
         });
}

Json grant_to(std::string_view group, std::string_view permission) {
  Json grantee{{"Type", "Group"}, {"URI", group}};
  return {{"Grantee", std::move(grantee)}, {"Permission", permission}};
}

/// "Bucket owner enforced (default): ACLs are disabled".
bool has_no_acls(const Bucket& bucket) {
  const auto ownership = bucket.settings.find("Ownership");
  if (ownership == bucket.settings.end()) return true;
  const Json& rules = input::member(ownership->second, "Rules");
  return !rules.is_array() || rules.empty() ||
         input::text(rules.front(), "ObjectOwnership") == "BucketOwnerEnforced";
}

/// "arn:aws:sts::1:assumed-role/Admin/ann" is the role Admin, as aws:PrincipalArn says it.
std::string principal_of(const Caller& caller) {
  constexpr std::string_view kAssumed = ":assumed-role/";
  const std::string& principal = caller.principal;
  const auto at = principal.find(kAssumed);
  if (at == principal.npos) return principal;
  const std::string rest = principal.substr(at + kAssumed.size());
  return fmt::format("arn:{}:iam::{}:role/{}", partition_of(caller.place.region),
                     caller.place.account, rest.substr(0, rest.find('/')));
}

SimTime now(S3& s3) { return s3.cloud.sim().now(); }

/// {"Statement": [...]} with one more, as whoever edits a policy leaves what stands in it.
Json with_statement(const Bucket& bucket, Json statement) {
  Json policy{{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  if (const auto stands = bucket.settings.find("Policy"); stands != bucket.settings.end())
    policy = stands->second;
  Json& statements = policy["Statement"];
  if (!statements.is_array()) statements = Json::array({statements});
  statements.push_back(std::move(statement));
  return policy;
}

/// The three calls by which a bucket is opened, one after the other.
Process<> open_to_public(S3& s3, std::string name, std::string way, std::string who) {
  Bucket* bucket = s3.find(name);
  if (bucket == nullptr) co_return;
  const Caller caller{bucket->place,
                      fmt::format("arn:{}:sts::{}:assumed-role/{}/console",
                                  partition_of(bucket->place.region), bucket->place.account, who),
                      ""};
  Json unblock{{"Bucket", name}};
  Process<ApiResult<Json>> unblocking =
      s3.cloud.call(caller, "s3", "DeletePublicAccessBlock", std::move(unblock));
  co_await unblocking;
  bucket = s3.find(name);
  if (bucket == nullptr) co_return;
  if (way == "acl") {
    Json owner{{"Bucket", name},
               {"OwnershipControls",
                {{"Rules", Json::array({{{"ObjectOwnership", "BucketOwnerPreferred"}}})}}}};
    Process<ApiResult<Json>> owning =
        s3.cloud.call(caller, "s3", "PutBucketOwnershipControls", std::move(owner));
    co_await owning;
    Json acl{{"Bucket", name}, {"ACL", "public-read"}};
    Process<ApiResult<Json>> opening = s3.cloud.call(caller, "s3", "PutBucketAcl", std::move(acl));
    co_await opening;
    co_return;
  }
  Json statement{{"Sid", "ShareWithEverybody"},
                 {"Effect", "Allow"},
                 {"Principal", "*"},
                 {"Action", "s3:GetObject"},
                 {"Resource", bucket->arn() + "/*"}};
  Json put{{"Bucket", name}, {"Policy", with_statement(*bucket, std::move(statement)).dump()}};
  Process<ApiResult<Json>> opening = s3.cloud.call(caller, "s3", "PutBucketPolicy", std::move(put));
  co_await opening;
}

constexpr std::string_view kWays[] = {"acl", "policy"};
constexpr Shape kWay{.kind = Kind::text, .allowed = kWays};
constexpr Shape kWord{.kind = Kind::text, .min = 1};
constexpr Field kOpenFields[] = {
    {.name = "hitting", .shape = &kManyShape, .doc = "How many of a group's buckets."},
    {.name = "on", .shape = &kWord, .need = Need::required, .doc = "The bucket, or a group."},
    {.name = "by", .shape = &kWay, .doc = "What lets everybody in; policy where nothing is said."},
    {.name = "as",
     .shape = &kWord,
     .doc = "The role of whoever does it; Developer where nothing is said."},
};

Json everything_blocked() {
  return {{"BlockPublicAcls", true},
          {"BlockPublicPolicy", true},
          {"IgnorePublicAcls", true},
          {"RestrictPublicBuckets", true}};
}

}  // namespace

extern constexpr Shape kOpenShape{
    .kind = Kind::mapping,
    .doc = "Somebody lets everybody read a bucket: the block goes, then a policy or an ACL comes.",
    .fields = kOpenFields};

// "RestrictPublicBuckets ... restricts access to ... only AWS service principals and authorized
// users within the bucket owner's account"; "IgnorePublicAcls ... causes Amazon S3 to ignore all
// public ACLs".
std::string why_public(const Bucket& bucket) {
  if (const auto policy = bucket.settings.find("Policy"); policy != bucket.settings.end() &&
                                                          is_public(policy->second) &&
                                                          !blocks(bucket, "RestrictPublicBuckets"))
    return "its policy lets everybody in";
  if (const auto acl = bucket.settings.find("Acl");
      acl != bucket.settings.end() && grants_to_everybody(acl->second) && !has_no_acls(bucket) &&
      !blocks(bucket, "IgnorePublicAcls"))
    return "its ACL lets everybody in";
  return {};
}

void look_at_access(S3& s3, Bucket& bucket) {
  const std::string why = why_public(bucket);
  if (why.empty() == !bucket.public_since) return;
  if (why.empty()) {
    bucket.public_for += now(s3) - *bucket.public_since;
    bucket.public_since.reset();
    s3.cloud.set_health(bucket.name, Health::ok, "nobody outside reads it");
    return;
  }
  bucket.public_since = now(s3);
  s3.cloud.set_health(bucket.name, Health::in_danger, "everybody can read it: " + why);
}

// S3 API Reference, PutBucketAcl: the canned ACLs of buckets.
ApiResult<Json> acl_of(const Bucket& bucket, const Json& given) {
  const std::string canned = input::text(given, "ACL");
  Json owner{{"Grantee", {{"Type", "CanonicalUser"}, {"ID", bucket.place.account}}},
             {"Permission", "FULL_CONTROL"}};
  Json acl{{"Owner", {{"ID", bucket.place.account}}}, {"Grants", Json::array({owner})}};
  if (canned.empty()) {
    if (const Json& whole = input::member(given, "AccessControlPolicy"); whole.is_object())
      acl = whole;
  } else if (canned == "public-read" || canned == "public-read-write") {
    acl["Grants"].push_back(grant_to(kEverybody, "READ"));
    if (canned == "public-read-write") acl["Grants"].push_back(grant_to(kEverybody, "WRITE"));
  } else if (canned == "authenticated-read") {
    acl["Grants"].push_back(grant_to(kAnyAccount, "READ"));
  } else if (canned != "private") {
    return ApiError{"InvalidArgument", fmt::format("{} is no canned ACL of a bucket", canned)};
  }
  // "Requests to set ACLs or update ACLs fail and return the AccessControlListNotSupported error".
  if (has_no_acls(bucket))
    return ApiError{"AccessControlListNotSupported", "The bucket does not allow ACLs"};
  if (grants_to_everybody(acl) && blocks(bucket, "BlockPublicAcls"))
    return ApiError{"AccessDenied",
                    "User is not authorized to perform: s3:PutBucketAcl because public ACLs are "
                    "blocked by the BlockPublicAcls block public access setting.",
                    403};
  return acl;
}

// IAM User Guide, "Policy evaluation logic": an explicit deny in any policy wins.
std::optional<ApiError> denied_by_policy(const Bucket& bucket, const Request& request) {
  const auto policy = bucket.settings.find("Policy");
  if (policy == bucket.settings.end() || request.caller.is_service()) return std::nullopt;
  const std::string action = iam_action("s3", request.operation);
  const std::string arn = bucket.arn();
  const std::string principal = principal_of(request.caller);
  const PolicyQuestion question{.action = action,
                                .resource = arn,
                                .principal = principal,
                                .account = request.caller.place.account,
                                .source_arn = ""};
  if (ask_policy(policy->second, question) != PolicyAnswer::denied) return std::nullopt;
  return ApiError{"AccessDenied",
                  fmt::format("User: {} is not authorized to perform: {} on resource: \"{}\" with "
                              "an explicit deny in a resource-based policy",
                              request.caller.principal, action, arn),
                  403};
}

// ---- Quantities ----

std::optional<double> read_public(Model& model, std::string_view name, std::string_view) {
  const Bucket* bucket = static_cast<S3&>(model).find(name);
  return bucket == nullptr ? std::nullopt : std::optional{bucket->public_since ? 1.0 : 0.0};
}

/// What an administrator does in the console: the block is on at once, and the call is on record.
void change_public(Model& model, std::string_view name, std::string_view, Change change) {
  S3& s3 = static_cast<S3&>(model);
  Bucket* bucket = s3.find(name);
  if (bucket == nullptr || change.how != Change::How::to || change.value > 0) return;
  bucket->settings["PublicAccessBlock"] = everything_blocked();
  look_at_access(s3, *bucket);
  Caller caller{bucket->place,
                fmt::format("arn:{}:sts::{}:assumed-role/Administrator/console",
                            partition_of(bucket->place.region), bucket->place.account),
                ""};
  s3.cloud.call_later(
      std::move(caller), "s3", "PutPublicAccessBlock",
      {{"Bucket", bucket->name}, {"PublicAccessBlockConfiguration", everything_blocked()}});
}

std::optional<double> read_public_minutes(Model& model, std::string_view name, std::string_view) {
  S3& s3 = static_cast<S3&>(model);
  const Bucket* bucket = s3.find(name);
  if (bucket == nullptr) return std::nullopt;
  Duration all = bucket->public_for;
  if (bucket->public_since) all += now(s3) - *bucket->public_since;
  return std::chrono::duration<double, std::ratio<60>>(all).count();
}

void begin_open(Model& model, const FaultRequest& request) {
  S3& s3 = static_cast<S3&>(model);
  const auto said = [&](std::string_view key, std::string_view otherwise) {
    const auto node = request.arguments.find(key);
    return std::string{node ? node->spelling() : otherwise};
  };
  std::vector<Bucket*> all;
  for (const std::string& name : request.targets)
    if (Bucket* bucket = s3.find(name)) all.push_back(bucket);
  Stream& luck = s3.cloud.sim().random(request.luck + ".buckets");
  const auto by = [](const Bucket* bucket) { return bucket->name; };
  for (const Bucket* bucket : choose_hit(request, std::move(all), luck, by))
    s3.cloud.sim().spawn(
        open_to_public(s3, bucket->name, said("by", "policy"), said("as", "Developer")));
}

}  // namespace opsim::s3
