#pragma once
/// AWS KMS over all accounts and Regions: keys, their states, their aliases.
/// AWS: KMS Developer Guide, "Key states of AWS KMS keys".
#include <map>
#include <optional>
#include <string>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::kms {

enum class KeyState : std::uint8_t { enabled, disabled, pending_deletion };

struct Key {
  std::string id;
  Place place;
  std::string arn;
  std::string description;
  std::string spec = "SYMMETRIC_DEFAULT";
  std::string usage = "ENCRYPT_DECRYPT";
  Json policy;  // a text, as AWS keeps it
  KeyState state = KeyState::enabled;
  bool rotates = false;
  std::int64_t rotation_days = 365;  // KMS API, EnableKeyRotation: default 365
  SimTime created{};
  SimTime deletion{};  // while it is pending
  Ticket deletes;
};

class Kms : public Model {
 public:
  explicit Kms(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<Place, std::map<std::string, Key, std::less<>>> keys;             // by id
  std::map<Place, std::map<std::string, std::string, std::less<>>> aliases;  // name -> id

  /// An id, an ARN, "alias/name" or an alias's ARN; null when there is none.
  [[nodiscard]] Key* find(const Place& near, std::string_view name);
};

ApiError no_such_key(const Place& place, std::string_view name);
Key& add_key(Kms& kms, const Place& place, const Json& input);
ApiResult<void> add_alias(Kms& kms, const Place& place, const std::string& name,
                          const std::string& target);

// ---- Operations: keys ----
ApiResult<Json> cancel_key_deletion(Kms& kms, const Request& request);
ApiResult<Json> create_key(Kms& kms, const Request& request);
ApiResult<Json> describe_key(Kms& kms, const Request& request);
ApiResult<Json> disable_key(Kms& kms, const Request& request);
ApiResult<Json> disable_key_rotation(Kms& kms, const Request& request);
ApiResult<Json> enable_key(Kms& kms, const Request& request);
ApiResult<Json> enable_key_rotation(Kms& kms, const Request& request);
ApiResult<Json> get_key_policy(Kms& kms, const Request& request);
ApiResult<Json> get_key_rotation_status(Kms& kms, const Request& request);
ApiResult<Json> list_keys(Kms& kms, const Request& request);
ApiResult<Json> put_key_policy(Kms& kms, const Request& request);
ApiResult<Json> schedule_key_deletion(Kms& kms, const Request& request);

// ---- Operations: aliases ----
ApiResult<Json> create_alias(Kms& kms, const Request& request);
ApiResult<Json> delete_alias(Kms& kms, const Request& request);
ApiResult<Json> list_aliases(Kms& kms, const Request& request);
ApiResult<Json> update_alias(Kms& kms, const Request& request);

// ---- Operations: cryptography ----
ApiResult<Json> decrypt(Kms& kms, const Request& request);
ApiResult<Json> encrypt(Kms& kms, const Request& request);
ApiResult<Json> generate_data_key(Kms& kms, const Request& request);

// ---- Resources ----
ApiResult<Created> create_alias_resource(Kms& kms, const ResourceRequest& request);
ApiResult<Created> create_key_resource(Kms& kms, const ResourceRequest& request);

}  // namespace opsim::kms
