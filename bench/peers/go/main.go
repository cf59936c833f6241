// SPDX-License-Identifier: MIT

// The Go SDK with one tool that makes one request upstream, behind a verified RS256 bearer: the least that does what
// bench/ measures of zscaler-mcp.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type noArguments struct {
	Search string `json:"search,omitempty"`
}

func listLabels(client *http.Client) mcp.ToolHandlerFor[noArguments, any] {
	return func(ctx context.Context, _ *mcp.CallToolRequest, _ noArguments) (*mcp.CallToolResult, any, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Getenv("UPSTREAM"), nil)
		if err != nil {
			return nil, nil, err
		}
		request.Header.Set("Authorization", "Bearer "+os.Getenv("UPSTREAM_TOKEN"))
		answer, err := client.Do(request)
		if err != nil {
			return nil, nil, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, nil, err
		}
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(body)}}}, nil, nil
	}
}

func main() {
	keys, err := keyfunc.NewDefaultCtx(context.Background(), []string{os.Getenv("JWKS")})
	if err != nil {
		log.Fatal(err)
	}
	verify := func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		parsed, err := jwt.Parse(token, keys.Keyfunc, jwt.WithIssuer(os.Getenv("ISSUER")), jwt.WithAudience(os.Getenv("AUDIENCE")))
		if err != nil || !parsed.Valid {
			return nil, errors.Join(auth.ErrInvalidToken, err)
		}
		return &auth.TokenInfo{Expiration: time.Now().Add(time.Hour)}, nil
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	server := mcp.NewServer(&mcp.Implementation{Name: "bench", Version: "1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "zia_list_rule_labels", Description: "List ZIA rule labels."}, listLabels(client))
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server },
		&mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})
	http.Handle("/mcp", auth.RequireBearerToken(verify, nil)(handler))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
