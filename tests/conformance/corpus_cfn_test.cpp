// Real templates of public repositories, where they are at hand: each is read, checked and, with
// made-up values for its parameters, stood up in a world without services.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "opsim/scenario/stack.hpp"
#include "tests/shared_folder.hpp"

using namespace opsim;

namespace {

struct Outcome {
  std::size_t templates = 0;
  std::size_t valid = 0;
  std::size_t placeholders = 0;           // to be filled in by a tool before they are templates
  std::vector<std::string> refused;       // file and first error
  std::vector<std::string> not_standing;  // valid, but not with made-up values
};

/// A value for a parameter without a default; opsim itself makes up the AWS-specific ones.
std::string made_up(const TemplateParameter& parameter) {
  if (const auto allowed = parameter.text.find("AllowedValues"); allowed && allowed->size() > 0)
    return allowed->at(0).as_text().value_or("");
  if (const auto least = parameter.text.find("MinValue")) return least->as_text().value_or("1");
  return parameter.type == "Number" || parameter.type == "List<Number>" ? "1" : "made-up";
}

std::string stand_up_errors(const Template& text) {
  Simulation sim;
  Journal journal{sim, Level::nothing};
  Cloud cloud{sim, journal, {}, Place{"123456789012", "us-east-1"}};
  Exports exports;
  Diagnostics diagnostics;
  StackSettings settings{.name = "my-stack", .place = cloud.home()};
  for (const TemplateParameter& parameter : text.parameters())
    if (!parameter.default_value && parameter.type.find("AWS::EC2::") == std::string::npos)
      settings.parameters[parameter.name] = made_up(parameter);
  stand_up(cloud, text, settings, exports, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    if (diagnostic.severity == Severity::error) return diagnostic.message;
  return {};
}

void play(const std::filesystem::path& file, Outcome& outcome, NotSimulated& list) {
  const std::string name = file.filename().string();
  ++outcome.templates;
  Diagnostics diagnostics;
  try {
    const Document document = read_document(file, {.duplicates = Duplicates::last_wins});
    CHECK(Template::recognises(document.root));
    const Template text = Template::read(document, diagnostics);
    check(text, {}, diagnostics, list);
    if (diagnostics.count() == 0) {
      ++outcome.valid;
      CHECK(text.creation_order().size() == text.resources().size());
      if (const std::string wrong = stand_up_errors(text); !wrong.empty())
        outcome.not_standing.push_back(fmt::format("{}: {}", name, wrong));
      return;
    }
  } catch (const BadInput& bad) {
    diagnostics.append(bad.diagnostics());
  }
  const std::string text = diagnostics.text();
  if (text.find("is a placeholder, which something must fill in first") != std::string::npos) {
    ++outcome.placeholders;
  } else {
    outcome.refused.push_back(fmt::format("{}: {}", name, text.substr(0, text.find('\n'))));
  }
}

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) text += "\n  " + line;
  return text;
}

}  // namespace

TEST_SUITE("template: the corpus") {
  TEST_CASE("every real template is read; what CloudFormation would refuse is told") {
    const auto shared = tests::shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus" / "cfn")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    std::set<std::filesystem::path> files;  // in one order, whatever the file system's
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus" / "cfn"))
      files.insert(entry.path());
    Outcome outcome;
    NotSimulated list;
    for (const auto& file : files) play(file, outcome, list);
    MESSAGE(fmt::format("{} templates: {} valid, {} with placeholders to fill in, {} refused:{}",
                        outcome.templates, outcome.valid, outcome.placeholders,
                        outcome.refused.size(), lines(outcome.refused)));
    MESSAGE(fmt::format("{} valid ones need better values than made-up ones:{}",
                        outcome.not_standing.size(), lines(outcome.not_standing)));
    CHECK(outcome.valid + outcome.placeholders + outcome.refused.size() == outcome.templates);
    CHECK(list.at("AWS::IAM::Role") > 100);
    if (outcome.templates == 219) {
      CHECK(outcome.placeholders == 62);
      CHECK(outcome.valid == 155);
      // An embedding that its tool has not resolved yet, and a serverless-framework text.
      CHECK(outcome.refused.size() == 2);
    }
  }
}
