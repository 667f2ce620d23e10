#pragma once
/// Amazon Machine Images that this world made. An image id that nothing here made is taken as it
/// is.
#include <map>
#include <string>

#include "opsim/cloud/place.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::compute {

struct Image {
  std::string id;
  std::string name;
  std::string description;
  Place place;
  std::string state = "pending";  // available
  SimTime created{};
  double software = 1;            // the release that it holds
  std::string source_instance{};  // of CreateImage
  std::string source_image{};     // of CopyImage
  Place source_place{};
  std::map<std::string, std::string> tags{};
};

}  // namespace opsim::compute
