#pragma once
/// Which resources are recorded, how a call tells that one of them changed, and what is written.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::config {

struct RecordedType {
  std::string_view type;     // "AWS::S3::Bucket"
  std::string_view service;  // whose calls change it: "s3"
  std::string_view member;   // of their input: "Bucket"
  std::string_view word;     // their names hold it: "Bucket", "" for any
  /// What Config writes of it: the answers of the service's own Describe or Get calls.
  Json (*look)(Cloud& cloud, const Place& place, const std::string& id);
};

/// Null where opsim records no such type.
[[nodiscard]] const RecordedType* find_recorded_type(std::string_view type);

/// Every type once.
[[nodiscard]] std::vector<std::string_view> recorded_types();

/// What a finished call changed, if anything that is recorded.
struct Changed {
  const RecordedType* type = nullptr;
  std::string id;
  Place place;
};
[[nodiscard]] std::optional<Changed> changed_by(Cloud& cloud, const CallRecord& call);

/// Those of a place, in the order of their making.
[[nodiscard]] std::vector<std::string> resources_of(Cloud& cloud, const Place& place,
                                                    std::string_view type);

}  // namespace opsim::config
