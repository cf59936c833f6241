// SPDX-License-Identifier: MIT

// The official Go client uses what the fixture server has; prints what it got as one JSON line.
//
//	client http|sse URL
//	client stdio PROGRAM
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func elicited(_ context.Context, request *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	content := map[string]any{}
	text, err := json.Marshal(request.Params.RequestedSchema)
	if err != nil {
		return nil, err
	}
	var schema struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	for name := range schema.Properties {
		content[name] = "Ann"
	}
	return &mcp.ElicitResult{Action: "accept", Content: content}, nil
}

func sampled(context.Context, *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	return &mcp.CreateMessageResult{Role: "assistant", Model: "test", Content: &mcp.TextContent{Text: "Paris"}}, nil
}

func transport(way, where string) mcp.Transport {
	switch way {
	case "http":
		return &mcp.StreamableClientTransport{Endpoint: where}
	case "sse":
		return &mcp.SSEClientTransport{Endpoint: where}
	}
	return &mcp.CommandTransport{Command: exec.Command(where)}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	progress := make(chan float64, 16)
	client := mcp.NewClient(&mcp.Implementation{Name: "e2e", Version: "1"}, &mcp.ClientOptions{
		ElicitationHandler:   elicited,
		CreateMessageHandler: sampled,
		ProgressNotificationHandler: func(_ context.Context, note *mcp.ProgressNotificationClientRequest) {
			progress <- note.Params.Progress
		},
	})
	session, err := client.Connect(ctx, transport(os.Args[1], os.Args[2]), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	call := func(tool string, arguments map[string]any) string {
		params := &mcp.CallToolParams{Name: tool, Arguments: arguments}
		params.SetProgressToken("token")
		result, err := session.CallTool(ctx, params)
		if err != nil {
			log.Fatal(tool, ": ", err)
		}
		return result.Content[0].(*mcp.TextContent).Text
	}
	tools, err := session.ListTools(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	read, err := session.ReadResource(ctx, &mcp.ReadResourceParams{URI: "test://template/7/data"})
	if err != nil {
		log.Fatal(err)
	}
	prompt, err := session.GetPrompt(ctx, &mcp.GetPromptParams{Name: "test_prompt_with_arguments", Arguments: map[string]string{"arg1": "a", "arg2": "b"}})
	if err != nil {
		log.Fatal(err)
	}
	got := map[string]any{
		"tools":    len(tools.Tools),
		"greeted":  call("greet", map[string]any{"name": "Ann"}),
		"elicited": call("test_input_required_result_elicitation", nil),
		"rounds":   call("test_input_required_result_multi_round", nil),
		"sampled":  call("test_input_required_result_sampling", nil),
		"refused":  call("greet", map[string]any{"name": 1}),
		"read":     read.Contents[0].Text,
		"prompt":   prompt.Messages[0].Content.(*mcp.TextContent).Text,
	}
	call("test_tool_with_progress", nil)
	got["progress"] = []float64{<-progress, <-progress, <-progress}
	json.NewEncoder(os.Stdout).Encode(got)
}
