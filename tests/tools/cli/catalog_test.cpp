// What every table of services must keep to, so that a row is found by its name.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/catalog.hpp"

namespace opsim {
namespace {

TEST_SUITE("catalog") {
  TEST_CASE("the rows of every service are sorted, without doubles") {
    for (const Service* service : catalog()) {
      CAPTURE(service->name);
      CHECK(
          std::ranges::is_sorted(service->operations, std::ranges::less_equal{}, &Operation::name));
      CHECK(std::ranges::is_sorted(service->resources, std::ranges::less_equal{},
                                   &ResourceType::type));
    }
  }

  TEST_CASE("a type, a fault and a section belong to one service") {
    std::set<std::string_view> types;
    std::set<std::string_view> faults;
    std::set<std::string_view> names;
    for (const Service* service : catalog()) {
      CHECK_MESSAGE(names.insert(service->name).second, service->name);
      for (const ResourceType& row : service->resources)
        CHECK_MESSAGE(types.insert(row.type).second, row.type);
      for (const Fault& row : service->faults)
        CHECK_MESSAGE(faults.insert(row.name).second, row.name);
    }
  }

  TEST_CASE("every service says what it simulates, and every row without a function why not") {
    for (const Service* service : catalog()) {
      CAPTURE(service->name);
      CHECK_FALSE(service->title.empty());
      CHECK_FALSE(service->fidelity.empty());
      for (const Operation& row : service->operations)
        CHECK_MESSAGE((is_simulated(row) || !row.not_simulated.empty()), row.name);
      for (const ResourceType& row : service->resources)
        CHECK_MESSAGE((row.create != nullptr || !row.not_simulated.empty()), row.type);
    }
  }
}

}  // namespace
}  // namespace opsim
