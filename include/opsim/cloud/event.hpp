#pragma once
/// What crosses the second waist: an event in EventBridge's own shape.
#include <string>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/json.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {

struct Event {
  std::string source{};       // "aws.ec2"
  std::string detail_type{};  // "EC2 Instance State-change Notification"
  Place place{};
  std::vector<std::string> resources{};  // ARNs
  Json detail{};
  std::string bus = "default";
  std::string id{};    // filled by emit: a counter in the shape of a UUID
  SimTime time{};      // filled by emit unless set
  std::string line{};  // what a timeline says of it, or "" for "source detail-type"

  /// The envelope that rules match and targets receive: version, id, detail-type, source, account,
  /// time, region, resources, detail.
  [[nodiscard]] Json to_json() const;
};

}  // namespace opsim
