#pragma once
/// A made-up service with one of everything that a table can hold, and a second one that only
/// listens: what the tests of the three waists begin with.
#include <string>
#include <utility>
#include <vector>

#include "tests/models/small_world.hpp"

namespace opsim::tests {

/// AWS::Toy::Box holds things. `box-1` has a level that scripts may read and change.
struct Toy : Model {
  explicit Toy(Cloud& world) : cloud{world} {}
  Cloud& cloud;
  int things = 0;
  double level = 60;
  std::string denied;                  // a principal that authorize refuses
  std::vector<std::string> delivered;  // texts
  std::vector<std::string> members;    // of AWS::Toy::Shelf
};

/// Sees every event and every finished call, in the order of the catalog.
struct Witness : Model {
  std::vector<Event> events;
  std::vector<std::string> calls;  // "toy:PutThing by ann: ok"
  std::vector<std::string> asked;  // "toy:PutThing", what authorize was asked about
  std::vector<std::string> felt;   // "box-1 is down", "box-1 of tg serves", in the order told
};

extern const Service kToy;      // operations of "toy"
extern const Service kWitness;  // after kToy in the catalog
inline const Service* const kToyCatalog[] = {&kToy, &kWitness};

/// A token bucket of three, refilled at two a second (PutThing).
inline constexpr double kToyBucket = 3;
inline constexpr double kToyTokensPerSecond = 2;
inline constexpr Duration kHold = 5s;  // HoldThing waits so long

struct ToyWorld : SmallWorld {
  explicit ToyWorld(Seed seed = Seed{1}) : SmallWorld{kToyCatalog, seed} {}
  Toy& toy() { return static_cast<Toy&>(*cloud.model("toy")); }
  Witness& witness() { return static_cast<Witness&>(*cloud.model("witness")); }
  /// A caller for whom no latency is drawn.
  [[nodiscard]] Caller at_once() const {
    return {cloud.home(), "arn:aws:iam::123456789012:user/ann", "", true};
  }
  /// At once: "ok", or the error's code.
  std::string outcome(std::string operation, std::string service = "toy") {
    const ApiResult<Json> answer =
        finish(cloud.call(at_once(), std::move(service), std::move(operation), Json::object()));
    return answer ? "ok" : answer.error().code;
  }
};

}  // namespace opsim::tests
