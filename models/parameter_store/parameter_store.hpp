#pragma once
/// The parameters of all accounts and Regions.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::parameter_store {

/// A parameter policy of the advanced tier (User Guide, "Assigning parameter policies").
struct Policy {
  enum class Kind : std::uint8_t { expiration, expiration_notification, no_change_notification };
  Kind kind{};
  SimTime expires{};   // of an expiration
  Duration length{};   // before it, or without a change
  std::string text{};  // as PolicyText shows it
  bool finished = false;
};
std::string_view to_string(Policy::Kind kind);

/// What PutParameter and AWS::SSM::Parameter say of one version.
struct Version {
  int number = 1;
  std::string type{};  // "String", "StringList", "SecureString"
  std::string value{};
  std::string description{};
  std::string allowed_pattern{};
  std::string key_id{};  // of a SecureString
  std::string tier = "Standard";
  std::string data_type = "text";
  std::vector<Policy> policies{};
  std::vector<std::string> labels{};
  SimTime modified{};
  std::string user{};
};

struct Parameter {
  std::string name;
  std::vector<Version> versions;  // those that are kept, the oldest first; never empty
  std::map<std::string, std::string> tags{};
  std::uint64_t stamp = 0;  // of the last change: what was scheduled before it is void
  [[nodiscard]] const Version& current() const { return versions.back(); }
  [[nodiscard]] Version& current() { return versions.back(); }
};

// User Guide, "Managing parameter tiers"; General Reference, quotas; PutParameter.
inline constexpr std::size_t kStandardValue = 4096;
inline constexpr std::size_t kAdvancedValue = 8192;
inline constexpr std::size_t kStandardParameters = 10'000;
inline constexpr std::size_t kAdvancedParameters = 100'000;
inline constexpr std::size_t kKeptVersions = 100;
inline constexpr std::size_t kMostLabels = 10;
inline constexpr std::size_t kMostPolicies = 10;
inline constexpr std::size_t kMostTags = 50;
inline constexpr std::ptrdiff_t kDeepestHierarchy = 15;

class ParameterStore : public Model {
 public:
  explicit ParameterStore(Cloud& world) : cloud{world} {}

  using Key = std::pair<Place, std::string>;
  Cloud& cloud;
  std::map<Key, Parameter> parameters;
  std::uint64_t stamps = 0;

  [[nodiscard]] Simulation& sim() { return cloud.sim(); }
  /// By name or ARN; null when there is none. Public parameters are no part of it.
  [[nodiscard]] Parameter* find(const Place& place, std::string_view name);
};

using Answer = ApiResult<Json>;

// ---- put.cpp ----
Answer put_parameter(ParameterStore& store, const Request& request);
ApiResult<Created> create_parameter(ParameterStore& store, const ResourceRequest& request);

// ---- put_check.cpp: rules of one request, before the store is looked at ----
std::optional<ApiError> check_name(const std::string& name);
std::optional<ApiError> check_members(const Json& input);
/// Makes `next` a standard or an advanced version, for what was asked and what there was.
std::optional<ApiError> choose_tier(const Json& input, const Version* before, Version& next);
std::optional<ApiError> check_value(const Version& version);

// ---- policies.cpp ----
ApiResult<std::vector<Policy>> read_policies(const std::string& text, SimTime now);
/// Waits for whatever the policies of the current version say.
void watch_policies(ParameterStore& store, const ParameterStore::Key& key);

// ---- read.cpp ----
Answer get_parameter(ParameterStore& store, const Request& request);
Answer get_parameters(ParameterStore& store, const Request& request);
Answer get_parameters_by_path(ParameterStore& store, const Request& request);
Answer get_parameter_history(ParameterStore& store, const Request& request);

// ---- describe.cpp ----
Answer describe_parameters(ParameterStore& store, const Request& request);

// ---- filters.cpp ----
/// The operations that filter parameters; they take different keys.
enum class Listing : std::uint8_t { describe, by_path };
std::optional<ApiError> check_filters(const Json& filters, Listing listing);
[[nodiscard]] bool passes(const Parameter& parameter, const Json& filters);
/// One page of what passes, as "Parameters" and "NextToken". `most` is the limit of MaxResults, and
/// its default.
Answer page_of(const Json& input, Json all, std::int64_t most);

// ---- change.cpp ----
Answer delete_parameter(ParameterStore& store, const Request& request);
Answer delete_parameters(ParameterStore& store, const Request& request);
Answer label_parameter_version(ParameterStore& store, const Request& request);
Answer unlabel_parameter_version(ParameterStore& store, const Request& request);
void remove_parameter(ParameterStore& store, const ParameterStore::Key& key);

// ---- tags.cpp ----
Answer add_tags(ParameterStore& store, const Request& request);
Answer remove_tags(ParameterStore& store, const Request& request);
Answer list_tags(ParameterStore& store, const Request& request);

// ---- views.cpp ----
std::string parameter_arn(const Place& place, const std::string& name);
/// The Parameter of GetParameter. A SecureString shows its ciphertext unless it is decrypted.
Json parameter_view(const Place& place, const std::string& name, const Version& version,
                    bool decrypted);
/// What DescribeParameters and GetParameterHistory show beside it.
Json metadata_view(const Place& place, const std::string& name, const Version& version);
void tell_change(ParameterStore& store, const Place& place, const Parameter& parameter,
                 std::string_view operation);
void tell_policy(ParameterStore& store, const Place& place, const Parameter& parameter,
                 const Policy& policy);
ApiError not_found(std::string_view name);

// ---- public_parameters.cpp ----
/// The image that AWS publishes under this name in this Region, made up; nothing for other names.
std::optional<Version> public_parameter(const Place& place, std::string_view name);
/// The names under a path.
std::vector<std::string> public_names(std::string_view path);

// ---- allowed_pattern.cpp ----
enum class PatternVerdict : std::uint8_t { matches, differs, no_pattern };
PatternVerdict match_allowed_pattern(std::string_view pattern, std::string_view value);

}  // namespace opsim::parameter_store
