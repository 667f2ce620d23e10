#pragma once
/// AWS Secrets Manager: secrets, their versions and staging labels, their rotation.
/// AWS: Secrets Manager User Guide, "What's in a Secrets Manager secret?", "Rotate AWS Secrets
/// Manager secrets".
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/schedule.hpp"

namespace opsim::secrets_manager {

struct Version {
  std::string id;
  std::string text;
  std::set<std::string> stages;  // AWSCURRENT, AWSPREVIOUS, AWSPENDING
  SimTime created{};
};

/// When a secret rotates: at some moment of a window. AWS: "Rotation schedules".
struct RotationRules {
  schedule::Expression schedule;
  std::optional<Duration> window;  // Duration; else to the end of the day, or an hour
  bool after_days = false;         // AutomaticallyAfterDays: from the last change on
};

struct Secret {
  std::string name;
  std::string arn;
  Place place;
  std::string description;
  std::vector<Version> versions;  // oldest first; at most kMostVersions
  std::string rotation_function;  // ARN, or ""
  bool alternating = false;       // HostedRotationLambda with two users; else "masterarn" says so
  bool rotating = false;
  std::optional<RotationRules> rotation;
  Ticket rotates;  // its next rotation
  std::optional<SimTime> next_rotation;
  std::optional<SimTime> rotated;
  std::optional<SimTime> changed;
  std::optional<SimTime> deletion;  // while it is scheduled
  Ticket deletes;
  SimTime created{};
  std::map<std::string, std::string> tags;

  [[nodiscard]] const Version* staged(std::string_view stage) const;
  [[nodiscard]] Version* version(std::string_view wanted);
};
inline constexpr std::size_t kMostVersions = 100;
inline constexpr std::size_t kLargestSecret = 65'536;  // quotas: 65,536 bytes

class Secrets : public Model {
 public:
  explicit Secrets(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Secret> secrets;  // by name

  /// By name, ARN, or ARN without its random end.
  [[nodiscard]] Secret* find(const Place& near, std::string_view id);
};

ApiResult<Secret*> add_secret(Secrets& all, const Place& place, const std::string& name,
                              const std::string& text);
/// A new version with AWSCURRENT; the one before becomes AWSPREVIOUS. A rotation that is under way
/// is abandoned.
void put_current(Secrets& all, Secret& secret, std::string text, std::string id = "");
/// Moves a label to a version; AWSCURRENT leaves AWSPREVIOUS behind.
void move_stage(Secrets& all, Secret& secret, const std::string& stage, Version& to);
/// Versions without labels go when there are too many.
void drop_oldest(Secret& secret);
/// What GenerateSecretString asks for.
std::string generated(Secrets& all, const Json& settings, const std::string& name);

// ---- rotation.cpp ----

/// The version that a rotation fills: the one that waits with AWSPENDING, or a new one.
std::string begin_version(Secrets& all, Secret& secret);
/// The four steps of the rotation function; when one fails, all of it again, a few times.
Process<> rotate(Secrets& all, Place place, std::string name);
/// "Secrets Manager tests the rotation configuration by running the testSecret step".
Process<> try_rotation(Secrets& all, Place place, std::string name);
void plan_rotation(Secrets& all, Secret& secret);
/// The moment of the next rotation, drawn within its window.
std::optional<SimTime> next_rotation(Secrets& all, const Secret& secret);
/// "AWS Service Event via CloudTrail": RotationStarted, RotationSucceeded and their like.
void tell_service_event(Secrets& all, const Secret& secret, const char* name);
/// Why it may not call a function that stands here, or nothing (rotation_permission.cpp).
std::optional<ApiError> cannot_invoke(Secrets& all, const Place& place,
                                      const std::string& function);
/// RotationRules: a ScheduleExpression or AutomaticallyAfterDays, and a Duration.
ApiResult<RotationRules> read_rules(const Json& rules);

// ---- Operations ----
ApiResult<Json> batch_get_secret_value(Secrets& all, const Request& request);
ApiResult<Json> cancel_rotate_secret(Secrets& all, const Request& request);
ApiResult<Json> create_secret(Secrets& all, const Request& request);
ApiResult<Json> delete_secret(Secrets& all, const Request& request);
ApiResult<Json> describe_secret(Secrets& all, const Request& request);
ApiResult<Json> get_random_password(Secrets& all, const Request& request);
ApiResult<Json> get_secret_value(Secrets& all, const Request& request);
ApiResult<Json> list_secrets(Secrets& all, const Request& request);
ApiResult<Json> list_versions(Secrets& all, const Request& request);
ApiResult<Json> put_secret_value(Secrets& all, const Request& request);
ApiResult<Json> restore_secret(Secrets& all, const Request& request);
ApiResult<Json> rotate_secret(Secrets& all, const Request& request);
ApiResult<Json> tag_secret(Secrets& all, const Request& request);
ApiResult<Json> untag_secret(Secrets& all, const Request& request);
ApiResult<Json> update_secret(Secrets& all, const Request& request);
ApiResult<Json> update_stage(Secrets& all, const Request& request);

ApiError no_such_secret();
/// The secret that SecretId names.
ApiResult<Secret*> asked_for(Secrets& all, const Request& request, bool also_deleted = false);
Json named(const Secret& secret);
/// What DescribeSecret and ListSecrets show.
Json description_of(const Secret& secret);
/// What GetSecretValue and BatchGetSecretValue show.
Json value_of(const Secret& secret, const Version& version);
std::string moment(SimTime time);

// ---- Resources ----
ApiResult<Created> create_attachment(Secrets& all, const ResourceRequest& request);
ApiResult<Created> create_rotation(Secrets& all, const ResourceRequest& request);
ApiResult<Created> create_secret_resource(Secrets& all, const ResourceRequest& request);

}  // namespace opsim::secrets_manager
