#pragma once
/// Templates in YAML, read and stood up in a world with one made-up service: what the tests of
/// templates begin with.
#include <map>
#include <string>
#include <string_view>

#include "opsim/scenario/stack.hpp"

namespace opsim::tests {

inline const Place kPlace{"123456789012", "us-east-1"};

/// All that is said of a template, one line each; "" when it is sound.
inline std::string errors_of(std::string_view text) {
  Diagnostics diagnostics;
  Template::read(read_text("t", text), diagnostics, nullptr);
  return diagnostics.text();
}

/// A service that remembers what it was asked to create.
struct Lab : Model {
  struct Seen {
    Json properties;
    Json resource;
    std::string source;
  };
  std::map<std::string, Seen, std::less<>> seen;  // by logical id
};
extern const Service kLab;    // AWS::Laboratory::Thing, SelfEntered, Unsimulated
extern const Service kStore;  // ssm:GetParameter knows /app/size
extern const Service kVault;  // secretsmanager:GetSecretValue knows db
inline const Service* const kCatalog[] = {&kLab, &kStore, &kVault};

struct Bench {
  explicit Bench(Catalog services = kCatalog) : catalog{services} {}
  Simulation sim;
  Journal journal{sim, Level::story};
  Catalog catalog;
  Cloud cloud{sim, journal, catalog, kPlace};
  Exports exports;
  Diagnostics diagnostics;

  StackResult stand(std::string_view text, StackSettings settings = {}) {
    const Template read = Template::read(read_text("t", text), diagnostics, nullptr);
    if (diagnostics.count() > 0) return {};
    return stand_up(read, settings);
  }
  StackResult stand_up(const Template& text, StackSettings settings = {}) {
    if (settings.name.empty()) settings.name = "app";
    settings.place = kPlace;
    return opsim::stand_up(cloud, text, settings, exports, diagnostics);
  }
  [[nodiscard]] const std::map<std::string, Lab::Seen, std::less<>>& seen() {
    return static_cast<Lab*>(cloud.model("lab"))->seen;
  }
};

}  // namespace opsim::tests
