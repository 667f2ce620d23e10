#pragma once
/// What is written to servers, and what of it is gone when one of them is: the data of a system,
/// wherever it stands. AWS's services copy disks; what was acknowledged after the copy is lost.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::data {

struct Store {
  std::string name;
  std::string holder;  // physical id of the instance that it is on
  double writes_per_second = 0;
  Distribution starts_in;       // from a booted instance until it serves
  std::optional<SimTime> lost;  // its disks are gone since
  bool starting = false;        // a copy stands, and begins to serve
  std::string source;
};

class Data : public Model {
 public:
  explicit Data(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  std::vector<std::unique_ptr<Store>> stores;  // in the order of the scenario
};

/// A copy of what an instance held, which stands as another.
struct Copy {
  std::string of;   // the instance that was copied
  SimTime as_of{};  // as it was then
};
/// Whose copy an instance is: of Elastic Disaster Recovery, or of an image (copies.cpp).
std::optional<Copy> copy_in(Data& data, const Resource& instance);
/// A restore job that has completed: its source and the recovery point's time.
std::optional<Copy> restored_by(Data& data, const Event& event);

// ---- stores.cpp ----
extern const Shape kDataShape;
void read_stores(Model& model, Cloud& cloud, const Node& section);
void hear_event(Model& model, const Event& event);
void hear_health(Model& model, std::string_view resource, Health health);

}  // namespace opsim::data
