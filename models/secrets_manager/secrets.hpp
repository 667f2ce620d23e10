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

struct Secret {
  std::string name;
  std::string arn;
  Place place;
  std::string description;
  std::vector<Version> versions;  // oldest first; at most kMostVersions
  std::string rotation_function;  // ARN, or ""
  std::optional<schedule::Expression> rotation;
  std::optional<SimTime> rotated;
  std::optional<SimTime> deletion;  // while it is scheduled
  Ticket deletes;
  SimTime created{};
  std::map<std::string, std::string> tags;

  [[nodiscard]] const Version* staged(std::string_view stage) const;
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
/// A new version with AWSCURRENT; the one before becomes AWSPREVIOUS.
void put_current(Secrets& all, Secret& secret, std::string text);
/// What GenerateSecretString asks for.
std::string generated(Secrets& all, const Json& settings, const std::string& name);
/// The four steps of the rotation function, then the labels move.
Process<> rotate(Secrets& all, Place place, std::string name);
void plan_rotation(Secrets& all, Secret& secret);

// ---- Operations ----
ApiResult<Json> create_secret(Secrets& all, const Request& request);
ApiResult<Json> delete_secret(Secrets& all, const Request& request);
ApiResult<Json> describe_secret(Secrets& all, const Request& request);
ApiResult<Json> get_random_password(Secrets& all, const Request& request);
ApiResult<Json> get_secret_value(Secrets& all, const Request& request);
ApiResult<Json> list_secrets(Secrets& all, const Request& request);
ApiResult<Json> put_secret_value(Secrets& all, const Request& request);
ApiResult<Json> restore_secret(Secrets& all, const Request& request);
ApiResult<Json> rotate_secret(Secrets& all, const Request& request);

// ---- Resources ----
ApiResult<Created> create_attachment(Secrets& all, const ResourceRequest& request);
ApiResult<Created> create_rotation(Secrets& all, const ResourceRequest& request);
ApiResult<Created> create_secret_resource(Secrets& all, const ResourceRequest& request);

}  // namespace opsim::secrets_manager
