#include "opsim/document/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace opsim {

std::string Diagnostic::text() const {
  const std::string_view note = severity == Severity::note ? "note: " : "";
  if (at.line < 1) return fmt::format("{}: {}{}", file, note, message);
  return fmt::format("{}:{}:{}: {}{}", file, at.line, at.column, note, message);
}

void Diagnostics::add(Diagnostic diagnostic) {
  const bool is_note = diagnostic.severity == Severity::note;
  std::size_t& seen = is_note ? notes_ : errors_;
  if (seen++ < kKept) all_.push_back(std::move(diagnostic));
}

void Diagnostics::add(std::string_view file, Position at, std::string message) {
  add({.file = std::string(file), .at = at, .pointer = {}, .message = std::move(message)});
}

void Diagnostics::note(std::string_view file, Position at, std::string message) {
  add({.file = std::string(file),
       .at = at,
       .pointer = {},
       .message = std::move(message),
       .severity = Severity::note});
}

void Diagnostics::append(const Diagnostics& others) {
  const std::size_t errors = errors_ + others.errors_;
  const std::size_t notes = notes_ + others.notes_;
  for (const Diagnostic& one : others.all_) add(one);
  errors_ = errors;  // what the others only counted counts here too
  notes_ = notes;
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<const Diagnostic*> order;
  for (const Diagnostic& one : all_) order.push_back(&one);
  std::ranges::sort(order, [](const Diagnostic* a, const Diagnostic* b) {
    return std::tie(a->file, a->at, a) < std::tie(b->file, b->at, b);  // a, b: order of discovery
  });
  std::vector<Diagnostic> result;
  for (const Diagnostic* one : order) result.push_back(*one);
  return result;
}

std::string Diagnostics::text() const {
  std::string result;
  for (const Diagnostic& one : sorted()) {
    if (!result.empty()) result += '\n';
    result += one.text();
  }
  const std::size_t dropped = errors_ + notes_ - all_.size();
  if (dropped > 0) result += fmt::format("\nand {} more", dropped);
  return result;
}

void Diagnostics::throw_if_any() const {
  if (errors_ > 0) throw BadInput(*this);
}

namespace {
Diagnostics only(Diagnostic diagnostic) {
  Diagnostics result;
  result.add(std::move(diagnostic));
  return result;
}
}  // namespace

BadInput::BadInput(Diagnostics diagnostics)
    : std::runtime_error(diagnostics.text()), diagnostics_(std::move(diagnostics)) {}

BadInput::BadInput(Diagnostic diagnostic) : BadInput(only(std::move(diagnostic))) {}

}  // namespace opsim
