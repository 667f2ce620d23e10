#pragma once
/// OpsItems of all accounts and Regions.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::ops_center {

/// One entry of OperationalData. Searchable ones can be filters of DescribeOpsItems.
struct DataValue {
  std::string value;
  bool searchable = false;
  friend bool operator==(const DataValue&, const DataValue&) = default;
};

/// What CreateOpsItem, AWS::SSM::OpsItem and the input of an EventBridge target say.
struct OpsItemSpec {
  std::string title;
  std::string description;
  std::string source;
  std::string type = "/aws/issue";
  std::string category;
  std::string severity;
  std::string status = "Open";
  std::optional<std::int64_t> priority;
  std::map<std::string, DataValue> data;   // by key: "/aws/dedup", "/aws/resources", ...
  std::vector<std::string> notifications;  // ARNs of topics
  std::vector<std::string> related;        // ids of OpsItems
  std::map<std::string, std::string> tags;
};

struct OpsItem {
  std::string id;  // "oi-000000000001"
  Place place;
  OpsItemSpec spec;
  std::string duplicate_key;  // dedup string and initiating resource; "" without a dedup string
  std::string created_by;
  std::string modified_by;
  SimTime created{};
  SimTime modified{};
  int version = 1;
};

// General Reference, "AWS Systems Manager endpoints and quotas", OpsCenter.
inline constexpr std::size_t kMostItems = 500'000;
inline constexpr std::size_t kMostRelated = 10;
inline constexpr std::size_t kMostResources = 100;
inline constexpr std::size_t kLargestData = 20 * 1024;
inline constexpr std::size_t kLongestDedupString = 64;

class OpsCenter : public Model {
 public:
  explicit OpsCenter(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<Place, std::map<std::string, OpsItem, std::less<>>> items;
  /// The newest item of each dedup string and resource.
  std::map<std::pair<Place, std::string>, std::string> by_duplicate_key;

  [[nodiscard]] OpsItem* find(const Place& place, std::string_view id_or_arn);
};

// ---- Rules ----
/// The words of CreateOpsItem checked; `base` is what stands already (UpdateOpsItem).
ApiResult<OpsItemSpec> read_item(const Json& input, OpsItemSpec base = {});
/// Dedup strings count without their case, together with the resources that they are about; ""
/// where the item has no dedup string.
[[nodiscard]] std::string duplicate_key_of(const OpsItemSpec& spec);
/// Only these keep further items of their kind from being made.
[[nodiscard]] bool keeps_others_out(std::string_view status);
[[nodiscard]] ApiError invalid_parameter(std::string message);
/// "arn:aws:ssm:us-east-1:123456789012:opsitem/oi-000000000001"
[[nodiscard]] std::string arn_of(const OpsItem& item);

// ---- Acts ----
/// Makes the item, unless one like it is open: then OpsItemAlreadyExistsException, naming it.
ApiResult<OpsItem*> create_item(OpsCenter& center, const Caller& caller, OpsItemSpec spec);
void tell_created(OpsCenter& center, const OpsItem& item);
void tell_updated(OpsCenter& center, const OpsItem& item, std::string_view previous_status);

// ---- Operations ----
ApiResult<Json> create_ops_item(OpsCenter& center, const Request& request);
ApiResult<Json> get_ops_item(OpsCenter& center, const Request& request);
ApiResult<Json> update_ops_item(OpsCenter& center, const Request& request);
ApiResult<Json> delete_ops_item(OpsCenter& center, const Request& request);
ApiResult<Json> describe_ops_items(OpsCenter& center, const Request& request);

// ---- Deliveries and templates ----
Process<ApiResult<Json>> take_delivery(OpsCenter& center, Delivery delivery);
ApiResult<Created> create_ops_item_resource(OpsCenter& center, const ResourceRequest& request);

}  // namespace opsim::ops_center
