// One endpoint: what it is called, what it takes and gives, and how it is computed. The value that
// `declare` makes is all that the faces know about it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "schema/describe.hpp"
#include "schema/read.hpp"
#include "schema/write.hpp"

namespace clientele::schema {

// A finished answer; keeps alive whatever it points into.
class Answer {
 public:
  Answer(const Type& type, std::shared_ptr<const void> response, std::vector<Warning> warnings)
      : type_(&type), response_(std::move(response)), warnings_(std::move(warnings)) {}

  // Writes the response, with its warnings as a last member if it is an object. A document is
  // written as its bytes.
  // False: the sink did not take everything.
  bool write(Sink& sink) const;
  const std::vector<Warning>& warnings() const { return warnings_; }
  // Whether a member of the answer exists only while it is written.
  bool is_streamed() const;

  const Type& type() const { return *type_; }
  const void* response() const { return response_.get(); }

 private:
  const Type* type_;
  std::shared_ptr<const void> response_;
  std::vector<Warning> warnings_;
};

struct Endpoint {
  std::string name;         // the last part of its path
  std::string group;        // customer, segmentation, ...
  std::string title;        // a few words
  std::string description;  // paragraphs of Markdown: what it answers, how, and its limits
  std::string cost;         // complexity, e.g. "O(n log n)"
  std::string since;
  std::vector<Limit> limits{};        // limits that compute enforces itself
  std::optional<Limit> most_bytes{};  // of the body, where it is below the server's own limit
  const Type* request = nullptr;
  const Type* response = nullptr;
  // Reads and computes. `input.body` must outlive the answer.
  Result<Answer> (*run)(const Endpoint& endpoint, const ReadInput& input,
                        Context& context) = nullptr;
};

namespace detail {

// Makes pointers of `error` name places as the caller sent them.
Error as_sent(Error error, const std::vector<std::string>& column_lists);
std::vector<Warning> as_sent(std::vector<Warning> warnings,
                             const std::vector<std::string>& column_lists);

// What a computation that was stopped leaves is no answer, even if it looks like one.
Error too_late();

template <typename Request, typename Response,
          Result<Response> (*Compute)(const Request&, Context&)>
Result<Answer> run(const Endpoint&, const ReadInput& input, Context& context) {
  struct Exchange {
    TextStore texts;
    Request request;
    Response response;
  };
  auto exchange = std::make_shared<Exchange>();
  auto notes = read(type_of<Request>(), &exchange->request, input, exchange->texts);
  if (!notes) return std::move(notes).error();
  context.warnings = std::move(notes->warnings);
  context.column_lists = std::move(notes->column_lists);
  Result<Response> response = Compute(exchange->request, context);
  if (!response) return as_sent(std::move(response).error(), context.column_lists);
  if (context.cancelled()) return too_late();
  exchange->response = std::move(response).value();
  const void* place = &exchange->response;
  return Answer(type_of<Response>(), std::shared_ptr<const void>(std::move(exchange), place),
                as_sent(std::move(context.warnings), context.column_lists));
}

}  // namespace detail

// Completes `endpoint` with the types and the computation.
// Compute is pure: the same request and context give the same response. It may return anything once
// context.cancelled(); nobody sees it.
template <typename Request, typename Response,
          Result<Response> (*Compute)(const Request&, Context&)>
Endpoint declare(Endpoint endpoint) {
  endpoint.request = &type_of<Request>();
  endpoint.response = &type_of<Response>();
  endpoint.run = &detail::run<Request, Response, Compute>;
  return endpoint;
}

}  // namespace clientele::schema
