// Real templates with load balancers and DNS records, where they are at hand: they must stand.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "models/compute/service.hpp"
#include "models/elb/service.hpp"
#include "models/route53/service.hpp"
#include "opsim/scenario/stack.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {
namespace {

const Service* const kCorpusServices[] = {&kEc2, &kAutoScaling, &kElbV2, &kElbClassic, &kRoute53};

bool speaks_of_us(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
  return text.find("AWS::ElasticLoadBalancing") != std::string::npos ||
         text.find("AWS::Route53::") != std::string::npos;
}

/// A value for a parameter without a default; opsim itself makes up the AWS-specific ones.
std::string value_for(const TemplateParameter& parameter) {
  if (const auto allowed = parameter.text.find("AllowedValues"); allowed && allowed->size() > 0)
    return allowed->at(0).as_text().value_or("");
  return parameter.type == "Number" || parameter.type == "List<Number>" ? "1" : "made-up";
}

/// "" when it stands, else the first error.
std::string stands(const Template& text) {
  Simulation sim;
  Journal journal{sim, Level::nothing};
  Cloud cloud{sim, journal, kCorpusServices, Place{"123456789012", "us-east-1"}};
  Exports exports;
  Diagnostics diagnostics;
  StackSettings settings{.name = "my-stack", .place = cloud.home()};
  for (const TemplateParameter& parameter : text.parameters())
    if (!parameter.default_value && parameter.type.find("AWS::EC2::") == std::string::npos)
      settings.parameters[parameter.name] = value_for(parameter);
  stand_up(cloud, text, settings, exports, diagnostics);
  sim.run_until(sim.now() + std::chrono::hours{1});
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    if (diagnostic.severity == Severity::error) return diagnostic.message;
  return {};
}

/// Its error, or nothing where it is no template that CloudFormation would take.
std::optional<std::string> play(const std::filesystem::path& file) {
  try {
    Diagnostics diagnostics;
    const Document document = read_document(file, {.duplicates = Duplicates::last_wins});
    const Template text = Template::read(document, diagnostics);
    if (diagnostics.count() > 0) return std::nullopt;
    return stands(text);
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

}  // namespace

TEST_SUITE("elb: the corpus") {
  TEST_CASE("templates with load balancers and records stand") {
    const auto shared = shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus" / "cfn")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    std::set<std::filesystem::path> files;  // in one order, whatever the file system's
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus" / "cfn"))
      if (speaks_of_us(entry.path())) files.insert(entry.path());
    int standing = 0;
    for (const auto& file : files) {
      const auto error = play(file);
      if (error && error->empty()) ++standing;
      if (!error || error->empty()) continue;
      MESSAGE(fmt::format("{}: {}", file.filename().string(), *error));
      CHECK(error->find("ElasticLoadBalancing") == std::string::npos);
      CHECK(error->find("Route53") == std::string::npos);
    }
    CHECK(standing >= 10);
  }
}

}  // namespace opsim::tests
